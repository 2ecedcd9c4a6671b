import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readSource, sourceFolder } from '../src/default-model/source.js';
import { unigramTokenizer } from '../src/tokenizer/unigram.js';
import { parityTexts } from './support/parity-texts.js';
import { runReference } from './support/reference.js';

const { vocabulary } = await readSource(sourceFolder());
const tokenizer = unigramTokenizer(vocabulary.map(([piece, score]) => [piece, score ?? 0]));

/** Deterministic noise over characters that make ties and quirks likely. */
const noise = (count: number): string[] => {
  let state = 7;
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  const alphabet = [...'rrr000---:::))( ea.t\n5”日🎉'];
  return Array.from({ length: count }, () =>
    Array.from({ length: next(40) }, () => alphabet[next(alphabet.length)]).join(''),
  );
};

describe('unigramTokenizer', () => {
  test('gives the reference tokenizer’s ids for every text, its quirks included', async () => {
    const packageTexts = await Promise.all(
      ['README.md', 'package.json', 'dist/index.js'].map((name) =>
        readFile(join(sourceFolder(), name), 'utf8'),
      ),
    );
    const texts = [
      ...parityTexts,
      ...noise(1500),
      ...packageTexts.flatMap((text) => text.match(/.{1,700}/gs) ?? []),
    ];

    const { ids } = await runReference(texts, false);

    for (const [i, text] of texts.entries()) expect([text, tokenizer.encode(text)]).toEqual([text, ids[i]]);
  });

  test('of equally good splits, the one with the shorter last piece wins', () => {
    const own = unigramTokenizer([
      ...Array.from({ length: 6 }, (_, i) => [`reserved ${i}`, 0] as const),
      ['\u2581', -1],
      ['r', -1],
      ['rr', -1],
    ]);
    expect(own.encode('rrr')).toEqual([6, 8, 7]);
  });

  test('a run of unknown characters is one token', () => {
    expect(tokenizer.encode('日本語')).toEqual(tokenizer.encode('日'));
  });

  test('a text of a million characters is tokenized whole', () => {
    expect(tokenizer.encode('word '.repeat(200_000)).length).toBeGreaterThan(200_000);
  });
});
