import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeJsonFrame } from '../../src/frames/json-format.js';
import { readFrame } from '../../src/frames/read-frame.js';

describe('JSON frames', () => {
  test('give back any text, lone surrogates included', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((all) => String.fromCharCode(...all));
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.oneof(fc.string({ unit: 'binary' }), units),
        fc.nat(),
        (id, text, frame) => {
          const result = readFrame(writeJsonFrame({ id, text }, frame));
          expect(result).toEqual({
            ok: true,
            value: { kind: 'chunks', format: 'json', frame, chunks: [{ id, text }] },
          });
        },
      ),
    );
  });

  test('are plain up to 100 characters and GZ: + base64 above, as memvid v1 has them', () => {
    const length = (text: string) => JSON.stringify({ id: 1, text, frame: 1 }).length;
    const fill = 'x'.repeat(100 - length(''));
    const plain = Buffer.from(writeJsonFrame({ id: 1, text: fill }, 1)).toString();
    const packed = Buffer.from(writeJsonFrame({ id: 1, text: `${fill}x` }, 1)).toString();
    expect(plain).toBe(`{"id":1,"text":"${fill}","frame":1}`);
    expect(packed).toMatch(/^GZ:[A-Za-z0-9+/]+=*$/);
  });

  test('are ASCII, so that readers need not guess an encoding', () => {
    const payload = writeJsonFrame({ id: 1, text: 'é漢😀' }, 1);
    expect(payload.every((byte) => byte < 0x80)).toBe(true);
  });

  test.each<[string, string, string]>([
    ['what is not JSON', '{"id":', 'bad_record'],
    ['a text that is missing', '{"id":1,"frame":1}', 'bad_record'],
    ['an id below 0', '{"id":-1,"text":"","frame":1}', 'bad_record'],
    ['a frame that is no number', '{"id":1,"text":"","frame":"1"}', 'bad_record'],
    ['what is not gzip', `GZ:${Buffer.from('hello').toString('base64')}`, 'bad_compression'],
    ['a bomb', `GZ:${gzipSync(Buffer.alloc(256 * 1024 + 1)).toString('base64')}`, 'too_large'],
  ])('%s is refused', (_, payload, kind) => {
    const result = readFrame(Buffer.from(payload));
    expect(result.ok ? undefined : result.failure.kind).toBe(kind);
  });
});
