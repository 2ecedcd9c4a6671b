import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { countFalseFinders } from '../../src/memvid/false-finders.js';
import { makeMemvidSymbol, maxMemvidPayloadBytes } from '../../src/memvid/memvid-symbol.js';
import { splitText } from '../../src/memvid/split-text.js';
import { readSymbol } from '../../src/qr/read-symbol.js';
import { makeSymbol } from '../../src/qr/symbol.js';

describe('a code for memvid v1', () => {
  test.each([10, 500, 900, 1050, maxMemvidPayloadBytes])(
    'of %i bytes has nothing in it that OpenCV takes for a finder pattern, and its payload',
    (length) => {
      for (let count = 0; count < 8; count++) {
        const payload = bytesFrom(`${length} ${count}`, length);
        const symbol = makeMemvidSymbol(payload);
        if (symbol === undefined) throw new Error('it should fit');
        expect(countFalseFinders(symbol.dark, symbol.modules)).toBe(0);
        expect(readSymbol((symbol.modules - 17) / 4, symbol.dark)).toEqual(new Uint8Array(payload));
      }
    },
  );

  test('is not made of a byte more than fits', () => {
    expect(makeMemvidSymbol(randomBytes(maxMemvidPayloadBytes + 1))).toBeUndefined();
  });
});

describe('countFalseFinders', () => {
  test('finds a fourth finder pattern, and none where there are only the three', () => {
    const { dark, modules } = makeSymbol(new Uint8Array(5), { errorCorrection: 'M', mask: 0, version: 4 });
    const before = countFalseFinders(dark, modules);
    for (let row = 0; row < 7; row++)
      dark.copyWithin((modules - 8 + row) * modules + modules - 8, row * modules, row * modules + 7);
    // A light ring around it, as a finder pattern has.
    for (let at = modules - 9; at < modules; at++) {
      dark[(modules - 9) * modules + at] = 0;
      dark[at * modules + modules - 9] = 0;
      dark[(modules - 1) * modules + at] = 0;
      dark[at * modules + modules - 1] = 0;
    }
    expect(before).toBe(0);
    expect(countFalseFinders(dark, modules)).toBeGreaterThan(0);
  });
});

describe('splitText', () => {
  test('leaves a text that fits', () => {
    expect(splitText('')).toEqual(['']);
    expect(splitText('a sentence. '.repeat(200))).toHaveLength(1);
  });

  test.each([
    ['with spaces', randomBytes(6000).toString('base64').replaceAll('A', ' ')],
    ['without spaces', randomBytes(3000).toString('hex')],
    ['beyond the basic plane', '𝄞𝄢'.repeat(20_000)],
  ])('cuts a text %s into pieces that make it up again', (_, text) => {
    const pieces = splitText(text);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(text);
    for (const piece of pieces) {
      expect(splitText(piece)).toEqual([piece]);
      expect(Buffer.from(piece).toString()).toBe(piece);
    }
  });
});

/** The same bytes for the same seed: one payload in thousands has no perfect code. */
const bytesFrom = (seed: string, length: number): Buffer =>
  createHash('shake256', { outputLength: length }).update(seed).digest();
