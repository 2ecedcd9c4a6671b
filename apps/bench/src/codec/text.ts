import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Chunk } from '@memvisor/codec';

const documents = fileURLToPath(new URL('../../../../../docs/', import.meta.url));
const [size, overlap] = [1024, 32];

/**
 * English text in chunks of 1,024 characters with 32 of overlap: a file's, or that of this repository's documents, from
 * the start again until it is enough. Each frame is compressed by itself, so what comes again saves nothing.
 */
export const readChunks = (file: string | undefined, characters: number): Chunk[] => {
  const source = file === undefined ? ownText() : readFileSync(file, 'utf8');
  const length = file === undefined ? characters : Math.min(characters, source.length);
  const text = source.repeat(Math.ceil(length / Math.max(1, source.length))).slice(0, length);
  const chunks: Chunk[] = [];
  for (let at = 0; at < text.length; at += size - overlap)
    chunks.push({ id: chunks.length, text: text.slice(at, at + size) });
  return chunks;
};

/** All documents of this repository but the benchmarks, one after the other. */
export const ownText = (): string =>
  readdirSync(documents, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('benchmarks'))
    .sort()
    .map((name) => readFileSync(`${documents}/${name}`, 'utf8').replace(/\s*\n\s*/g, ' '))
    .join('\n');
