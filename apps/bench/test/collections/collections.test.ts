import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { weaknessesCollection } from '../../src/collections/cwe.js';
import { chosen, type MadeCollection, writeCollection } from '../../src/collections/made-collection.js';
import { industriesCollection } from '../../src/collections/naics.js';
import { storiesCollection } from '../../src/collections/reuters.js';
import { readCollection } from '../../src/retrieval/collection.js';

const plain = ({ documents, questions }: MadeCollection) => ({
  documents: documents.map(({ id, title, text }) => [id, title, text]),
  questions: questions.map(({ text, relevant }) => [text, [...relevant]]),
});

describe('industriesCollection', () => {
  test('an example asks for its industry and the groups above; not one that stands in the description', () => {
    const long =
      'This industry comprises establishments primarily engaged in keeping bees for their honey and wax.';
    expect(
      plain(
        industriesCollection({
          1129: { Title: 'Other AnimalsT', Description: long },
          112910: {
            Title: 'Apiculture',
            Description: `${long}\r\n\r\nIllustrative Examples:\r\n\r\nRoyal jelly production, raw\r\nkeeping bees for their honey\r\nBees\r\nCross-References.\r\nElsewhere is another industry`,
          },
          11: { Title: 'Too short a code', Description: long },
        }),
      ),
    ).toEqual({
      documents: [
        ['1129', 'Other Animals', long],
        ['112910', 'Apiculture', long],
      ],
      questions: [['Royal jelly production, raw', ['1129', '11291', '112910']]],
    });
  });
});

describe('weaknessesCollection', () => {
  test('a case that is filed under several weaknesses asks for all of them, in its longest description', () => {
    const filed = (description: string) => ({
      Observed_Example: { Reference: 'CVE-1', Description: description },
    });
    const short = 'A name with NUL byte ends early in this server.';
    const longer = 'A name with a NUL byte ends early in this server, which then reads another file.';
    expect(
      plain(
        weaknessesCollection({
          1: {
            attr: { '@_Name': 'One' },
            Description: 'Some <b>bold</b> text',
            Observed_Examples: filed(short),
          },
          2: {
            attr: { '@_Name': 'Two' },
            Extended_Description: { 'xhtml:p': ['First.', 'Second.'] },
            Observed_Examples: { Observed_Example: [filed(longer).Observed_Example] },
          },
          3: { attr: { '@_Name': 'Old', '@_Status': 'Deprecated' }, Description: 'gone' },
        }),
      ),
    ).toEqual({
      documents: [
        ['1', 'One', 'Some bold text'],
        ['2', 'Two', 'First.\n\nSecond.'],
      ],
      questions: [[longer, ['1', '2']]],
    });
  });
});

describe('storiesCollection', () => {
  test('a topic, and a topic and a country, ask for the stories that bear both', () => {
    const body = (at: number) => `${at} ${'cocoa '.repeat(60)}`;
    const story = (at: number, places: readonly string[]) => ({
      body: body(at),
      topics: ['cocoa', 'unknown'],
      places,
    });
    const { documents, questions } = plain(
      storiesCollection([
        story(1, ['ivory-coast']),
        story(2, ['ivory-coast']),
        story(3, ['ivory-coast']),
        story(4, ['ghana']),
        story(4, ['ghana']),
        { body: 'too short', topics: ['cocoa'] },
      ]),
    );
    expect(documents.map(([id]) => id)).toEqual(['1', '2', '3', '4']);
    expect(questions).toEqual([
      ['cocoa', ['1', '2', '3', '4']],
      ['cocoa, Ivory Coast', ['1', '2', '3']],
    ]);
  });
});

describe('chosen', () => {
  const all: MadeCollection = {
    documents: Array.from({ length: 3000 }, (_, at) => ({ id: `${at}`, title: '', text: `text ${at}` })),
    questions: Array.from({ length: 400 }, (_, at) => ({
      text: `q${at}`,
      relevant: new Set([`${at * 7}`, 'none']),
    })),
  };

  test('keeps all that is relevant to the questions it takes, up to its sizes, and is the same for the same seed', () => {
    const { documents, questions } = chosen(all, 1);
    expect([documents.length, questions.length]).toEqual([2000, 250]);
    const ids = new Set(documents.map(({ id }) => id));
    for (const { relevant } of questions) for (const id of relevant) expect(ids.has(id)).toBe(true);
    expect(plain(chosen(all, 1))).toEqual(plain({ documents, questions }));
    expect(chosen(all, 2).questions[0]).not.toEqual(questions[0]);
  });

  test('leaves out questions without a text, and those asked before', () => {
    const { questions } = chosen(
      {
        documents: [{ id: 'a', title: '', text: 'x' }],
        questions: [
          { text: 'Bees', relevant: new Set(['a']) },
          { text: 'bees', relevant: new Set(['a']) },
          { text: 'jets', relevant: new Set(['b']) },
        ],
      },
      1,
    );
    expect(questions.map(({ text }) => text)).toEqual(['Bees']);
  });
});

describe('writeCollection', () => {
  let folder: string | undefined;
  afterEach(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test('writes what the retrieval benchmark reads', async () => {
    folder = await mkdtemp(join(tmpdir(), 'memvisor-collections-test-'));
    await writeCollection(join(folder, 'new'), {
      documents: [{ id: 'a', title: 'Bees', text: 'make honey' }],
      questions: [{ text: 'Who makes honey?', relevant: new Set(['a']) }],
    });
    expect(await readCollection(join(folder, 'new'))).toEqual({
      documents: [{ id: 'a', text: 'Bees\n\nmake honey' }],
      queries: [{ id: '1', text: 'Who makes honey?', relevant: new Set(['a']) }],
    });
  });
});
