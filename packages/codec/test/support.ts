import { chmodSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Chunk } from '../src/chunk.js';
import { type CodecResult, describeFailure } from '../src/failure.js';

/** A file under test/fixtures. */
export const fixture = (path: string): string =>
  fileURLToPath(new URL(`../../test/fixtures/${path}`, import.meta.url));

/** An ffmpeg that misbehaves in the way that its name says. */
export const fakeFfmpeg = (behaviour: string): string => {
  const program = fixture(`programs/ffmpeg-${behaviour}`);
  chmodSync(program, 0o755); // npm and archives lose the bit
  return program;
};

/** Calls back with a folder that is gone afterwards. */
export const inFolder = async <Value>(work: (folder: string) => Promise<Value>): Promise<Value> => {
  const folder = await mkdtemp(join(tmpdir(), 'codec-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** What is in a folder, hidden files included. */
export const filesIn = (folder: string): string[] => readdirSync(folder).sort();

export const unwrap = <Value>(result: CodecResult<Value>): Value => {
  if (!result.ok) throw new Error(describeFailure(result.failure));
  return result.value;
};

export const kindOf = (result: CodecResult<unknown>): string => (result.ok ? 'ok' : result.failure.kind);

/** Text that differs from chunk to chunk, in words of many scripts. */
export const someChunks = (count: number, words = 120): Chunk[] =>
  Array.from({ length: count }, (_, id) => ({ id, text: someText(id, words) }));

export const someText = (seed: number, words: number): string => {
  let state = seed * 2654435761 + 1;
  const next = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % limit;
  };
  return Array.from({ length: words }, () => vocabulary[next(vocabulary.length)]).join(' ');
};

const vocabulary = (
  'the quick brown fox jumps over a lazy dog while senators debate appropriations for harbours and railways ' +
  'naïve façade Straße 漢字 仮名 한국어 שלום مرحبا Привет 👩‍👩‍👧‍👦 🇮🇸 memory video frame chunk archive supervisor process restart'
).split(' ');
