import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decompressText } from '../../src/file/compressed.js';
import { writePostings } from '../../src/file/word-sections.js';
import {
  describeIndexFailure,
  IndexOptionError,
  type IndexOptions,
  indexSizes,
  loadIndex,
  SearchIndex,
  startIndexWriter,
} from '../../src/index.js';
import { checkIndexOptions } from '../../src/options.js';
import { WordIndex } from '../../src/words/word-index.js';
import { IndexFileWriter } from '../../src/writer/index-file-writer.js';
import { PostingRuns } from '../../src/writer/posting-runs.js';
import { TextSpool } from '../../src/writer/text-spool.js';
import { entriesOf, entry } from '../entries.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'index-writer-'));
});
afterAll(() => rm(folder, { recursive: true }));
const newPath = (): string => {
  files += 1;
  return join(folder, `${files}.mvx`);
};

const loaded = async (path: string): Promise<SearchIndex> => {
  const result = await loadIndex(path);
  if (!result.ok) throw new Error(describeIndexFailure(result.failure));
  return result.index;
};

describe('IndexFileWriter', () => {
  test('what it writes is what a SearchIndex of the same chunks has, and answers as that does', async () => {
    await fc.assert(
      fc.asyncProperty(
        entriesOf(5),
        fc.constantFrom('float32', 'float16', 'int8', 'int6', 'int4'),
        fc.constantFrom('cosine', 'l2', 'ip'),
        fc.constantFrom('mean', 'best'),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 3),
        async (unsorted, storage, metric, windows, batch, reduceTo) => {
          const entries = [...unsorted].sort((a, b) => a.id - b.id);
          const options: IndexOptions = {
            dimensions: 5,
            storage,
            metric,
            windows,
            archive: 'video',
            reduceTo,
          };
          const index = new SearchIndex(options);
          index.addAll(entries);
          if (reduceTo > 0) index.parts.vectors.reduce();
          const path = newPath();
          const writer = new IndexFileWriter(checkIndexOptions(options), path);
          for (let at = 0; at < entries.length; at += batch) writer.addAll(entries.slice(at, at + batch));
          const frames = Uint32Array.from(entries, ({ frame }) => frame);
          const { bytes, parts } = writer.finish({ archive: 'video', frames });
          writer.close();

          expect(await indexSizes(path)).toEqual({ ok: true, bytes, parts });
          expect((await readFile(path)).length).toBe(bytes);
          const again = await loaded(path);
          expect(again.stats()).toEqual(index.stats());
          expect([...again.chunks()]).toEqual([...index.chunks()]);
          for (const mode of ['hybrid', 'dense', 'lexical'] as const) {
            const request = { text: 'bee honey 蜂蜜', vector: Float32Array.of(1, 2, -1, 0, 3), mode, k: 50 };
            const expected = index.search(request);
            expect(again.search(request).map(({ chunk }) => chunk)).toEqual(
              expected.map(({ chunk }) => chunk),
            );
          }
        },
      ),
      { numRuns: 40 },
    );
    expect((await readdir(folder)).filter((name) => name.endsWith('.parts'))).toEqual([]);
  });

  test.each([
    ['an id that is not above the last', [entry(5)]],
    ['an id twice', [entry(6), entry(6)]],
    ['a vector of another length', [entry(6, { vectors: [new Float32Array(2)] })]],
  ])('%s is refused, and nothing of its batch is added', (_, batch) => {
    const writer = new IndexFileWriter(checkIndexOptions({ dimensions: 3 }), newPath());
    writer.addAll([entry(5)]);
    expect(() => writer.addAll(batch)).toThrow(IndexOptionError);
    expect(writer.size).toBe(1);
    writer.close();
  });

  test('metadata that comes again is kept once, and far apart twice', async () => {
    const path = newPath();
    const writer = new IndexFileWriter(checkIndexOptions({ dimensions: 3 }), path);
    const metadata = (id: number) => ({ n: id < 3 || id > 1500 ? 0 : id });
    const entries = Array.from({ length: 1505 }, (_, id) => entry(id, { metadata: metadata(id) }));
    writer.addAll(entries);
    writer.finish({ archive: '', frames: new Uint32Array(entries.length) });
    writer.close();
    const index = await loaded(path);
    for (const { id } of entries) expect(index.chunk(id)?.metadata).toEqual(metadata(id));
    index.add(entry(2000, { metadata: metadata(0) }));
    expect(index.chunk(2000)?.metadata).toEqual({ n: 0 });
  });
});

test('runs of words, merged, are the postings of all of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.array(fc.constantFrom('bee', 'ship', 'é', 'law', '蜂蜜'), { maxLength: 6 }))),
      (runs) => {
        const words = new WordIndex();
        const runFile = new PostingRuns(newPath(), 1);
        // A run ends with the first chunk that has words.
        for (const [at, text] of runs.flat().entries()) {
          words.add(text.join(' '), at % 2 === 0);
          runFile.add(text.join(' '), at % 2 === 0);
        }
        const terms: string[] = [];
        const postings: Uint8Array[] = [];
        runFile.merge({ onTerm: (term) => terms.push(term), onBytes: (bytes) => postings.push(bytes) });
        runFile.close();

        const sorted = new WordIndex();
        for (const term of [...terms].sort()) sorted.add(term, false);
        expect(new Set(terms)).toEqual(new Set(words.terms));
        expect(terms).toEqual([...terms].sort((a, b) => (a < b ? -1 : 1)));
        const { starts, columns, counts } = words.inverted;
        const order = terms.map((term) => words.termId(term) ?? -1);
        const turned = order.map((id) => [starts[id] ?? 0, starts[id + 1] ?? 0] as const);
        const inOrder = {
          starts: Uint32Array.from([0, ...runningSum(turned.map(([from, to]) => to - from))]),
          columns: Uint32Array.from(turned.flatMap(([from, to]) => [...columns.subarray(from, to)])),
          counts: Uint16Array.from(turned.flatMap(([from, to]) => [...counts.subarray(from, to)])),
        };
        expect(Buffer.concat(postings)).toEqual(Buffer.from(writePostings(inOrder)));
      },
    ),
    { numRuns: 60 },
  );
});

const runningSum = (values: readonly number[]): number[] => {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
};

test.each([
  ['text', ['honey ', '😀'.repeat(200_000), 'ships']],
  ['what compresses too well', ['a'.repeat(3_000_000), 'b']],
  ['nothing', []],
  ['a surrogate pair over the end of a part', [`${'x'.repeat(256 * 1024 - 1)}😀`, 'y']],
])('a spooled text comes back: %s', (_, parts) => {
  const spool = new TextSpool(newPath());
  for (const part of parts) for (const unit of part.match(/.{1,100000}/gsu) ?? []) spool.add(unit);
  const bytes: Uint8Array[] = [];
  spool.finish((piece) => bytes.push(piece));
  spool.close();
  expect(decompressText(Buffer.concat(bytes)) === parts.join('')).toBe(true);
});

describe('startIndexWriter', () => {
  test('writes the same from its own process', async () => {
    const path = newPath();
    const started = await startIndexWriter(path, { dimensions: 3 });
    if (!started.ok) throw new Error(describeIndexFailure(started.failure));
    const { writer } = started;
    expect(await writer.add([entry(0), entry(1)])).toEqual({ ok: true, size: 2 });
    await expect(writer.add([entry(1)])).rejects.toThrow(IndexOptionError);
    const saved = await writer.finish({ archive: 'video', frames: Uint32Array.of(3, 4) });
    await writer.stop();

    expect(saved).toMatchObject({ ok: true });
    const index = await loaded(path);
    expect(index.settings.archive).toBe('video');
    expect([...index.chunks()].map(({ id, frame }) => [id, frame])).toEqual([
      [0, 3],
      [1, 4],
    ]);
  });

  test('a place that can not be written is a failure; stopping in the middle leaves nothing', async () => {
    const path = join(folder, 'nowhere', 'm.mvx');
    expect(await startIndexWriter(path, { dimensions: 3 })).toEqual({
      ok: false,
      failure: { kind: 'not_written', path, code: 'ENOENT' },
    });
    const before = await readdir(folder);
    const started = await startIndexWriter(newPath(), { dimensions: 3 });
    if (!started.ok) throw new Error(describeIndexFailure(started.failure));
    await started.writer.add([entry(0)]);
    await started.writer.stop();
    expect(await readdir(folder)).toEqual(before);
  });
});
