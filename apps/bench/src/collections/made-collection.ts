import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError } from '../benchmark.js';
import { type Chance, chanceFrom } from '../soak/chance.js';

/** A text to search, as whoever published it numbers it. */
export type MadeDocument = { readonly id: string; readonly title: string; readonly text: string };
/** A question and the texts that its publisher filed under it. */
export type MadeQuestion = { readonly text: string; readonly relevant: ReadonlySet<string> };
/** What a publisher's data say, before any of it is chosen. */
export type MadeCollection = {
  readonly documents: readonly MadeDocument[];
  readonly questions: readonly MadeQuestion[];
};

/** A public data set from npm and how questions, texts and judgements are made of it. */
export type CollectionSource = {
  /** The package and its exact version. */
  readonly package: string;
  readonly version: string;
  /** What asks for what, in a line. */
  readonly about: string;
  /** @param folder where the package is */
  readonly make: (folder: string) => Promise<MadeCollection>;
};

const mostQuestions = 250;
const mostDocuments = 2000;

/**
 * At most 250 questions, the texts that are relevant to them, and others up to 2,000, all by chance of a seed. Questions
 * without a relevant text, and those asked before, are left out.
 */
export const chosen = ({ documents, questions }: MadeCollection, seed: number): MadeCollection => {
  const chance = chanceFrom(seed);
  const known = new Set(documents.map(({ id }) => id));
  const asked = new Map<string, MadeQuestion>();
  for (const { text, relevant } of questions) {
    const there = new Set([...relevant].filter((id) => known.has(id)));
    const key = text.toLowerCase();
    if (there.size > 0 && !asked.has(key)) asked.set(key, { text, relevant: there });
  }
  const kept = shuffled([...asked.values()], chance).slice(0, mostQuestions);
  const needed = new Set(kept.flatMap(({ relevant }) => [...relevant]));
  const rest = shuffled(
    documents.filter(({ id }) => !needed.has(id)),
    chance,
  );
  const others = new Set(rest.slice(0, Math.max(0, mostDocuments - needed.size)).map(({ id }) => id));
  return { documents: documents.filter(({ id }) => needed.has(id) || others.has(id)), questions: kept };
};

/** In an order by chance (Fisher and Yates). */
const shuffled = <Value>(values: readonly Value[], chance: Chance): Value[] => {
  const left = [...values];
  return Array.from({ length: left.length }, () => left.splice(chance.below(left.length), 1)).flat();
};

/**
 * Writes a collection as `npm run bench -- retrieval --collection` reads it.
 *
 * @throws {BenchError} Where the folder can't be written.
 */
export const writeCollection = async (
  folder: string,
  { documents, questions }: MadeCollection,
): Promise<void> => {
  const files = {
    'docs.jsonl': documents.map((document) => JSON.stringify(document)),
    'queries.jsonl': questions.map(({ text }, at) => JSON.stringify({ id: `${at + 1}`, text })),
    'qrels.tsv': questions.flatMap(({ relevant }, at) => [...relevant].map((id) => `${at + 1}\t${id}`)),
  };
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, lines] of Object.entries(files))
      await writeFile(join(folder, name), `${lines.join('\n')}\n`);
  } catch (error) {
    throw new BenchError(`${folder} can't be written: ${(error as Error).message}`);
  }
};
