import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError } from '../benchmark.js';

/** A document of a judged collection. */
export interface JudgedDocument {
  readonly id: string;
  /** Title and text, as one text to search. */
  readonly text: string;
}

/** A question, and the documents that people judged relevant to it. */
export interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  readonly relevant: ReadonlySet<string>;
}

/** Documents, questions and judgements. */
export interface Collection {
  readonly documents: readonly JudgedDocument[];
  readonly queries: readonly JudgedQuery[];
}

/**
 * Reads a collection: `docs.jsonl` (id, title, text), `queries.jsonl` (id, text), `qrels.tsv` (question id, document id,
 * and where there is a third column, a grade: above 0 is relevant).
 */
export const readCollection = async (folder: string): Promise<Collection> => {
  const documents = (await lines(folder, 'docs.jsonl')).map((line, at): JudgedDocument => {
    const { id, title, text } = parse(line, 'docs.jsonl', at);
    return {
      id: textOf(id),
      text: [title, text].filter((part) => typeof part === 'string' && part !== '').join('\n\n'),
    };
  });
  const relevant = new Map<string, Set<string>>();
  for (const [at, line] of (await lines(folder, 'qrels.tsv')).entries()) {
    const [query, document, grade = '1'] = line.split('\t');
    if (query === undefined || document === undefined)
      throw new BenchError(`qrels.tsv:${at + 1}: expected a question id, a tab and a document id`);
    if (Number(grade) <= 0) continue;
    const known = relevant.get(query) ?? new Set();
    relevant.set(query, known.add(document.trim()));
  }
  const queries = (await lines(folder, 'queries.jsonl')).map((line, at): JudgedQuery => {
    const { id, text } = parse(line, 'queries.jsonl', at);
    return { id: textOf(id), text: String(text), relevant: relevant.get(textOf(id)) ?? new Set() };
  });
  if (documents.length === 0 || queries.length === 0)
    throw new BenchError(`${folder}: a collection has documents and questions; one of them is empty`);
  return { documents, queries };
};

const textOf = (id: unknown): string => String(id);

const lines = async (folder: string, file: string): Promise<string[]> => {
  const text = await readFile(join(folder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new BenchError(
      `${join(folder, file)} can't be read (${error.code}): a collection is a folder with docs.jsonl, queries.jsonl and qrels.tsv`,
    );
  });
  return text.split('\n').filter((line) => line.trim() !== '');
};

const parse = (line: string, file: string, at: number): { readonly [field: string]: unknown } => {
  try {
    return JSON.parse(line) as { readonly [field: string]: unknown };
  } catch {
    throw new BenchError(`${file}:${at + 1}: not a line of JSON`);
  }
};
