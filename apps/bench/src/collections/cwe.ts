import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectionSource, MadeCollection, MadeQuestion } from './made-collection.js';
import { oneLine, wordCount } from './words.js';

type Tree = string | null | readonly Tree[] | { readonly [name: string]: Tree };
type Example = { readonly Reference: string; readonly Description: string };

/** What the package's file says by number. */
export type Weaknesses = {
  readonly [number: string]: {
    readonly attr: { readonly '@_Name': string; readonly '@_Status'?: string };
    readonly Description?: Tree;
    readonly Extended_Description?: Tree;
    readonly Background_Details?: Tree;
    readonly Observed_Examples?: { readonly Observed_Example?: Example | readonly Example[] };
  };
};

/** All texts in a part of the list, in order. */
const textsIn = (tree: Tree | undefined): string[] => {
  if (tree === undefined || tree === null) return [];
  if (typeof tree === 'string') return [oneLine(tree.replace(/<[^>]+>/g, ' '))];
  return (Array.isArray(tree) ? tree : Object.values(tree)).flatMap((part) => textsIn(part as Tree));
};

const mostWords = 400;
/** So long, and of no other entry of the list: what describes a case in words of its own. */
const isQuestion = (text: string): boolean =>
  wordCount(text) >= 8 && wordCount(text) <= 45 && !/CWE-\d|CVE-|^chain|^composite/i.test(text);

/** Weaknesses of software by their numbers; what MITRE says of a real case asks for those under which it files the case. */
export const weaknessesCollection = (weaknesses: Weaknesses): MadeCollection => {
  const documents = [];
  const cases = new Map<string, { text: string; readonly relevant: Set<string> }>();
  for (const [number, weakness] of Object.entries(weaknesses)) {
    const { attr, Description, Extended_Description, Background_Details, Observed_Examples } = weakness;
    if (attr['@_Status'] === 'Deprecated') continue;
    const texts = [Description, Extended_Description, Background_Details].flatMap(textsIn);
    const words = texts.join('\n\n').split(/(?<=\s)/);
    documents.push({ id: number, title: attr['@_Name'], text: words.slice(0, mostWords).join('').trim() });
    for (const { Reference, Description: text } of [Observed_Examples?.Observed_Example ?? []].flat()) {
      const one = cases.get(Reference) ?? { text: '', relevant: new Set() };
      one.relevant.add(number);
      if (isQuestion(text) && text.length > one.text.length) one.text = oneLine(text);
      cases.set(Reference, one);
    }
  }
  const questions: MadeQuestion[] = [...cases.values()].filter(
    ({ text, relevant }) => text !== '' && relevant.size > 1,
  );
  return { documents, questions };
};

export const cwe: CollectionSource = {
  package: 'cwe-sdk',
  version: '1.1.19',
  about: 'a real vulnerability asks for the weaknesses under which MITRE files it (CWE)',
  make: async (folder) =>
    weaknessesCollection(
      JSON.parse(await readFile(join(folder, 'raw', 'cwe-dictionary.json'), 'utf8')) as Weaknesses,
    ),
};
