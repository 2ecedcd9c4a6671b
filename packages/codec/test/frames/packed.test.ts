import { randomBytes } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Chunk } from '../../src/chunk.js';
import { Assembler, readWholeChunk } from '../../src/frames/assemble.js';
import { finishFrame, packChunks } from '../../src/frames/pack-chunks.js';
import { headerBytes, type PackedHeader, writePacked } from '../../src/frames/packed-header.js';
import { readFrame } from '../../src/frames/read-frame.js';

const capacity = 2953;

describe('packed frames', () => {
  test('give back any chunks, lone surrogates and metadata included', () => {
    const chunk = fc.record(
      {
        text: fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
        ),
        meta: fc.dictionary(
          fc.string(),
          fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
        ),
        skip: fc.nat(3),
      },
      { requiredKeys: ['text', 'skip'] },
    );
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 1, maxLength: 30 }), (drafts) => {
        let id = 0;
        const chunks = drafts.map(({ text, meta, skip }): Chunk => {
          id += 1 + skip;
          return meta === undefined ? { id, text } : { id, text, meta };
        });
        expect(unpack(pack(chunks))).toEqual(chunks.map(plain));
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['an empty text', ''],
    ['a NUL', 'a\0b'],
    ['a lone newline', '\n'],
    ['emoji, CJK and right-to-left text', '👩‍👩‍👧‍👦 漢字 שלום 🇮🇸'],
    ['a byte order mark', '\ufeffx'],
    ['half a surrogate pair', 'x\ud83d'],
    ['halves in the wrong order', '\ude00\ud83d'],
  ])('keep %s', (_, text) => {
    expect(unpack(pack([{ id: 7, text }]))).toEqual([{ id: 7, text }]);
  });

  test('have room for no further chunk, but for 3 % at most', () => {
    const chunks = Array.from({ length: 40 }, (_, id) => ({ id, text: words(id, 160) }));
    const frames = pack(chunks);
    const perFrame = frames.map((frame) => unpack([frame]).length);
    for (const [at, frame] of frames.slice(0, -1).entries()) {
      expect(frame.length).toBeLessThanOrEqual(capacity);
      const start = perFrame.slice(0, at).reduce((sum, count) => sum + count, 0);
      const oneMore = chunks.slice(start, start + (perFrame[at] ?? 0) + 1);
      expect(packChunks(oneMore, Math.floor(capacity * 0.97)).length).toBeGreaterThan(1);
    }
  });

  test('a chunk that just fits is in one frame, with one byte less room it is in two', () => {
    const chunk = { id: 0, text: randomBytes(1500).toString('base64') };
    const body = packChunks([chunk], 100_000)[0]?.body as Uint8Array;
    const needed = body.length + headerBytes('chunks');
    expect(packChunks([chunk], needed).map(({ kind }) => kind)).toEqual(['chunks']);
    expect(packChunks([chunk], needed - 1).map(({ kind }) => kind)).toEqual(['piece', 'piece']);
  });

  test('a chunk larger than a frame spans several, in order and byte-exact', () => {
    const text = randomBytes(30_000).toString('base64');
    const frames = pack([
      { id: 0, text: 'before' },
      { id: 1, text },
      { id: 2, text: 'after' },
    ]);
    expect(frames.length).toBeGreaterThan(8);
    expect(unpack(frames)).toEqual([
      { id: 0, text: 'before' },
      { id: 1, text },
      { id: 2, text: 'after' },
    ]);
  });

  test('10 MB without a space come back', () => {
    const text = 'lorem'.repeat(2_000_000) + randomBytes(500_000).toString('hex');
    expect(unpack(pack([{ id: 3, text }]))[0]?.text === text).toBe(true);
  });

  test('none is larger when unpacked than a reader accepts, however well it packs', () => {
    const chunks = Array.from({ length: 400 }, (_, id) => ({ id, text: 'a'.repeat(1024) }));
    expect(unpack(pack(chunks))).toEqual(chunks);
  });

  test('a part that is missing leaves no chunk', () => {
    const frames = pack([{ id: 1, text: randomBytes(12_000).toString('base64') }]);
    expect(unpack(frames.filter((_, at) => at !== 2))).toEqual([]);
  });
});

describe('what is no frame of ours', () => {
  test('never throws and never passes for one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        expect(readFrame(bytes).ok).toBe(false);
        expect(readFrame(Buffer.concat([Buffer.from('MV\x01\x10'), bytes])).ok).toBe(false);
      }),
    );
  });

  test('any single changed byte is noticed', () => {
    const frame = pack([{ id: 0, text: 'some text that is longer than a few bytes' }])[0] as Uint8Array;
    for (let at = 0; at < frame.length; at++) {
      const changed = Uint8Array.from(frame);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      expect(readFrame(changed).ok).toBe(false);
    }
  });

  test.each(['', 'M', 'MV', 'MV\x01', 'MV\x01\x00abcdefgh'])('too short: %j', (text) => {
    const result = readFrame(Buffer.from(text, 'latin1'));
    expect(result.ok ? undefined : result.failure.kind).toMatch(/bad_length|unknown_format/);
  });

  test('a later version is told apart from damage', () => {
    const frame = Uint8Array.from(pack([{ id: 0, text: 'x' }])[0] as Uint8Array);
    frame[2] = 3;
    expect(readFrame(frame)).toEqual({ ok: false, failure: { kind: 'newer_version', version: 3 } });
  });

  test('a bomb is refused at 256 KiB', () => {
    const bomb = (bytes: number) => chunksFrame({ count: 1 }, brotliCompressSync(Buffer.alloc(bytes)));
    const refused = readFrame(bomb(256 * 1024 + 1));
    expect(refused.ok ? undefined : refused.failure.kind).toBe('too_large');
    const unpacked = readFrame(bomb(256 * 1024));
    expect(unpacked.ok ? undefined : unpacked.failure.kind).toBe('bad_length');
  });

  test.each<[string, Partial<PackedHeader>, number[]]>([
    ['a count that does not match', { count: 2 }, [1, 0, 0, 1, 97]],
    ['a table that is cut short', { count: 3 }, [3, 0, 0, 1]],
    ['lengths that add up to more than there is', { count: 1 }, [1, 0, 0, 9, 97]],
    ['lengths that leave something over', { count: 1 }, [1, 0, 0, 1, 97, 98]],
    ['an id above 2^32', { count: 1, firstChunk: 0xffffffff }, [1, 1, 0, 1, 97]],
  ])('%s is a bad length', (_, header, body) => {
    const result = readFrame(chunksFrame({ ...header, compression: 'stored' }, Uint8Array.from(body)));
    expect(result.ok ? undefined : result.failure.kind).toBe('bad_length');
  });

  test.each<[string, number[]]>([
    ['text that is not UTF-8', [1, 0, 0, 2, 0xff, 0xfe]],
    ['UTF-16 with an odd number of bytes', [1, 0, 1, 1, 97]],
    ['metadata that is not an object', [1, 0, 2, 1, 1, 97, 0x31]],
  ])('%s is a bad record', (_, body) => {
    const result = readFrame(chunksFrame({ compression: 'stored' }, Uint8Array.from(body)));
    expect(result.ok ? undefined : result.failure.kind).toBe('bad_record');
  });

  test('a part that claims 4 GB takes no memory', () => {
    const part = { offset: 0, total: 0xffffffff };
    const header = { kind: 'piece', compression: 'stored', frame: 0, firstChunk: 0, count: 1, part } as const;
    const content = readFrame(writePacked(header, Uint8Array.from([1])));
    expect(content.ok && content.value.kind === 'piece' && new Assembler().add(content.value)).toBe(
      'incomplete',
    );
  });
});

const pack = (chunks: readonly Chunk[]): Uint8Array[] =>
  packChunks(chunks, capacity).map((body, frame) => {
    const payload = finishFrame(body, frame);
    expect(payload.length).toBeLessThanOrEqual(capacity);
    return payload;
  });

const unpack = (frames: readonly Uint8Array[]): Chunk[] => {
  const assembler = new Assembler();
  return frames.flatMap((payload) => {
    const result = readFrame(payload);
    if (!result.ok) throw new Error(result.failure.kind);
    if (result.value.kind === 'chunks') return result.value.chunks;
    if (result.value.kind === 'parity') return [];
    const whole = assembler.add(result.value);
    if (!(whole instanceof Uint8Array)) return [];
    const chunk = readWholeChunk(whole, result.value.chunkId);
    return chunk.ok ? [chunk.value] : [];
  });
};

const chunksFrame = (header: Partial<PackedHeader>, body: Uint8Array): Uint8Array =>
  writePacked({ kind: 'chunks', compression: 'brotli', frame: 0, firstChunk: 0, count: 1, ...header }, body);

/** fast-check's dictionaries have no prototype; what comes from JSON has one. */
const plain = (chunk: Chunk): Chunk => JSON.parse(JSON.stringify(chunk)) as Chunk;

const words = (seed: number, count: number): string =>
  Array.from({ length: count }, (_, at) => ((seed * 7919 + at * 104729) % 9973).toString(36)).join(' ');
