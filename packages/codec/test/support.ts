import { chmodSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CodecResult } from '../src/failure.js';

export { collectChunks, testChunks as someChunks, unwrap } from '../src/testing/index.js';

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

export const kindOf = (result: CodecResult<unknown>): string => (result.ok ? 'ok' : result.failure.kind);
