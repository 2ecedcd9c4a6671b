import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectionSource, MadeCollection } from './made-collection.js';
import { oneLine, wordCount } from './words.js';

/** What the package's file says by code. */
export type Industries = {
  readonly [code: string]: { readonly Title: string; readonly Description?: string | null };
};

/** Where a description ends and the editors' examples of activities begin, one a line. */
const examplesFrom = /\n\s*Illustrative Examples?:/;
const referencesFrom = /\n\s*Cross-References/;

/**
 * The descriptions of industries, and their groups, by their codes; an example that the editors give of an industry asks for it
 * and its groups. Examples that stand in the description are no question.
 */
export const industriesCollection = (industries: Industries): MadeCollection => {
  const documents = [];
  const questions = [];
  for (const [code, { Title, Description }] of Object.entries(industries)) {
    const [description = '', examples = ''] = (Description ?? '').replace(/\r/g, '').split(examplesFrom);
    const text = oneLine(description.split(referencesFrom)[0] ?? '');
    if (code.length < 4 || wordCount(text) < 12 || text.startsWith('See industry description')) continue;
    // A footnote's mark, in the file, at the end of titles that three countries share.
    const title = oneLine(Title).replace(/(?<=[a-z)])T$/, '');
    documents.push({ id: code, title, text });
    if (code.length !== 6) continue;
    for (const line of (examples.split(referencesFrom)[0] ?? '').split('\n')) {
      const example = oneLine(line);
      if (wordCount(example) < 3 || `${title} ${text}`.toLowerCase().includes(example.toLowerCase()))
        continue;
      questions.push({ text: example, relevant: new Set([4, 5, 6].map((digits) => code.slice(0, digits))) });
    }
  }
  return { documents, questions };
};

export const naics: CollectionSource = {
  package: 'naics',
  version: '1.2.1',
  about: 'an activity asks for the industries under which US statistics offices list it (NAICS 2017)',
  make: async (folder) =>
    industriesCollection(
      JSON.parse(await readFile(join(folder, 'data', '2017_NAICS_Descriptions.json'), 'utf8')) as Industries,
    ),
};
