import { open } from 'node:fs/promises';
import { type IndexFailure, systemCode } from '../failure.js';
import { mostHeadBytes, openTable } from './container.js';
import type { SavedParts } from './index-file.js';

/** How looking ended. */
export type IndexSizesResult =
  | { readonly ok: true; readonly bytes: number; readonly parts: SavedParts }
  | { readonly ok: false; readonly failure: IndexFailure };

const sectionsOf = {
  vectors: ['rows', 'scales', 'rowcount', 'project'],
  words: ['terms', 'postings'],
  chunks: ['chunks', 'names', 'places', 'headings'],
} as const;

/** What each part of an index takes, from the file's table alone. */
export const indexSizes = async (path: string): Promise<IndexSizesResult> => {
  try {
    const file = await open(path, 'r');
    try {
      const head = new Uint8Array(mostHeadBytes);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      const { size: bytes } = await file.stat();
      const table = openTable(head.subarray(0, bytesRead), bytes);
      if (table.kind !== 'opened')
        return {
          ok: false,
          failure:
            table.kind === 'not_an_index'
              ? { kind: 'not_an_index', path }
              : { kind: 'damaged', path, section: 'header' },
        };
      const sum = (names: readonly string[]): number =>
        table.entries.reduce((all, { name, length }) => all + (names.includes(name) ? length : 0), 0);
      const { vectors, words, chunks } = sectionsOf;
      return { ok: true, bytes, parts: { vectors: sum(vectors), words: sum(words), chunks: sum(chunks) } };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error);
    return {
      ok: false,
      failure: code === 'ENOENT' ? { kind: 'not_found', path } : { kind: 'not_readable', path, code },
    };
  }
};
