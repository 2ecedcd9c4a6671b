/*
 * For the tests of packages that write or read archives: chunks to write, and what an archive holds in one call.
 */
import type { Archive } from '../archive/archive.js';
import type { Chunk } from '../chunk.js';
import { CodecError } from '../codec-error.js';
import type { CodecResult } from '../failure.js';

/**
 * Chunks with text in many scripts, the same for the same numbers.
 *
 * @example
 * await writeArchive(testChunks(100), { path });
 */
export const testChunks = (count: number, wordsEach = 120): Chunk[] =>
  Array.from({ length: count }, (_, id) => ({ id, text: testText(id, wordsEach) }));

/**
 * Words in many scripts, chosen by a seed.
 *
 * @example
 * testText(1, 3); // => the same three words each time
 */
export const testText = (seed: number, words: number): string => {
  let state = (seed * 2654435761 + 1) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // The low bits of such a generator repeat early; the high ones do not.
    return state >>> 8;
  };
  return Array.from({ length: words }, () => vocabulary[next() % vocabulary.length]).join(' ');
};

/**
 * Every chunk of an archive, in memory.
 *
 * @throws {Error} for a frame that can not be read
 * @example
 * expect(await collectChunks(archive)).toEqual(chunks);
 */
export const collectChunks = async (archive: Archive): Promise<Chunk[]> => {
  const chunks: Chunk[] = [];
  for await (const frame of archive.readAllFrames()) {
    if (!frame.ok) throw new CodecError({ kind: 'unreadable_frames', frames: [frame] });
    chunks.push(...frame.chunks);
  }
  return chunks;
};

/**
 * The value of a result that must be one.
 *
 * @throws {CodecError} with the failure if it is none
 * @example
 * const archive = unwrap(await openArchive(path));
 */
export const unwrap = <Value>(result: CodecResult<Value>): Value => {
  if (!result.ok) throw new CodecError(result.failure);
  return result.value;
};

const vocabulary = (
  'the quick brown fox jumps over a lazy dog while senators debate appropriations for harbours and railways ' +
  'naïve façade Straße 漢字 仮名 한국어 שלום مرحبا Привет 👩‍👩‍👧‍👦 🇮🇸 memory video frame chunk archive supervisor process restart'
).split(' ');
