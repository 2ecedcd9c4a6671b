import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ownMark } from '@memvisor/supervisor';
import fc from 'fast-check';
import { containerPieces, openContainer, shortened } from '../../src/file/container.js';
import { readIndex } from '../../src/file/index-file.js';
import { describeIndexFailure, type IndexEntry, loadIndex, SearchIndex, saveIndex } from '../../src/index.js';
import { entriesOf, entry } from '../entries.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'index-'));
});
afterAll(() => rm(folder, { recursive: true }));

const file = (name = 'memory.mvx'): string => join(folder, name);
const storages = ['float32', 'float16', 'int8', 'int6', 'int4'] as const;

const saved = async (index: SearchIndex, path = file()): Promise<Buffer> => {
  expect(await saveIndex(index, path)).toMatchObject({ ok: true });
  return readFile(path);
};
const loaded = async (path = file()): Promise<SearchIndex> => {
  const result = await loadIndex(path);
  if (!result.ok) throw new Error(describeIndexFailure(result.failure));
  return result.index;
};
const small = (entries: readonly IndexEntry[] = [entry(1), entry(2, { text: 'honey' })]): SearchIndex => {
  const index = new SearchIndex({ dimensions: 3, archive: 'video-1', model: 'model-1' });
  index.addAll(entries);
  return index;
};

describe('saving and loading', () => {
  test('a loaded index answers exactly as the saved one did, and takes more chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        entriesOf(5),
        fc.constantFrom(...storages),
        fc.constantFrom('cosine', 'l2', 'ip'),
        fc.constantFrom('mean', 'best'),
        fc.constantFrom(0, 2, 5),
        async (entries, storage, metric, windows, reduceTo) => {
          const index = new SearchIndex({ dimensions: 5, storage, metric, windows, reduceTo });
          index.addAll(entries);
          await saved(index);
          const again = await loaded();

          expect(again.stats()).toEqual(index.stats());
          expect([...again.chunks()]).toEqual([...index.chunks()]);
          const more = {
            id: 4_000_000_001,
            frame: 2,
            text: 'more bee',
            vectors: [new Float32Array(5).fill(1)],
          };
          for (const one of [index, again]) if (one.chunk(more.id) === undefined) one.add(more);
          for (const mode of ['hybrid', 'dense', 'lexical'] as const) {
            const request = { text: 'bee honey 蜂蜜', vector: Float32Array.of(1, 2, -1, 0, 3), mode, k: 50 };
            expect(again.search(request)).toEqual(index.search(request));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('reduced vectors: the file is smaller, and what is near stays near', async () => {
    const dimensions = 32;
    let state = 3;
    const next = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 2 ** 31 - 1;
    };
    // Six directions of 32 tell nearly all.
    const directions = Array.from({ length: 6 }, () => Float32Array.from({ length: dimensions }, next));
    const vector = () => {
      const vector = Float32Array.from({ length: dimensions }, () => next() / 100);
      for (const direction of directions) {
        const share = next();
        for (let at = 0; at < dimensions; at += 1)
          vector[at] = (vector[at] ?? 0) + share * (direction[at] ?? 0);
      }
      return vector;
    };
    const entries = Array.from({ length: 400 }, (_, id) =>
      entry(id, { vectors: id === 7 ? [] : [vector()] }),
    );
    const make = (metric: 'cosine' | 'l2', reduceTo: number) => {
      const index = new SearchIndex({ dimensions, storage: 'int8', metric, reduceTo });
      index.addAll(entries);
      return index;
    };
    for (const metric of ['cosine', 'l2'] as const) {
      const [whole, reduced] = [make(metric, 0), make(metric, 8)];
      const size = (await saved(whole)).length;
      // 24 bytes less a vector; more for what was learnt and for the table's line that names it.
      const less = 399 * 24 - 8 * dimensions * 4;
      expect(Math.abs(size - (await saved(reduced)).length - less)).toBeLessThan(128);
      const again = await loaded();
      expect(again.settings).toMatchObject({ dimensions, reduceTo: 8 });
      let same = 0;
      for (let at = 0; at < 20; at += 1) {
        const request = { mode: 'dense', vector: vector(), k: 10 } as const;
        expect(again.search(request)).toEqual(reduced.search(request));
        const wanted = new Set(whole.search(request).map(({ chunk }) => chunk.id));
        same += again.search(request).filter(({ chunk }) => wanted.has(chunk.id)).length;
      }
      expect(same / 200).toBeGreaterThan(0.9);
      again.add(entry(1000, { vectors: [vector()] }));
      expect(again.stats()).toMatchObject({ vectors: 400 });
    }
  });

  test('an existing file is replaced and nothing is left beside it', async () => {
    await mkdir(join(folder, 'own'));
    const path = join(folder, 'own', 'memory.mvx');
    await saved(small(), path);
    await saved(small([entry(5)]), path);
    expect((await loaded(path)).chunk(5)).toBeDefined();
    expect(await readdir(join(folder, 'own'))).toEqual(['memory.mvx']);
  });

  test('the report of a save adds up', async () => {
    const result = await saveIndex(small(), file());
    if (!result.ok) throw new Error('not saved');
    expect(result.bytes).toBe((await readFile(file())).length);
    const { vectors, words, chunks } = result.parts;
    expect(vectors + words + chunks).toBeLessThan(result.bytes);
  });

  test('a file from before chunks had places says that nothing is known of them', async () => {
    const placed = entry(1, { lines: [3, 4], headings: ['A', 'B'], page: 7 });
    const opened = openContainer(await saved(small([placed])));
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    expect((await loaded()).chunk(1)).toMatchObject({ lines: [3, 4], headings: ['A', 'B'], page: 7 });
    const sections = new Map(opened.sections);
    for (const name of ['places', 'headings']) sections.delete(name);
    const before = readIndex(Buffer.concat(containerPieces(sections)), 'x');
    if (!before.ok) throw new Error(before.failure.kind);
    expect(before.index.chunk(1)).toEqual({ id: 1, frame: 1, source: '', offset: 0, length: 7 });
  });

  test('settings that differ from the expected ones are failures', async () => {
    await saved(small());
    expect(await loadIndex(file(), { archive: 'video-1', model: 'model-1' })).toMatchObject({ ok: true });
    expect(await loadIndex(file(), { archive: 'video-2' })).toMatchObject({
      failure: { kind: 'wrong_archive', expected: 'video-2', found: 'video-1' },
    });
    expect(await loadIndex(file(), { model: 'model-2' })).toMatchObject({ failure: { kind: 'wrong_model' } });
  });
});

test('saving removes what a process left that was killed while it saved', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = `.memory.mvx.unfinished-${ownMark().replace(/-[0-9]+-/, `-${pid}-`)}-0badcafe.part`;
  await writeFile(file(left), 'half an index');
  await saved(small());
  expect(await readdir(folder)).not.toContain(left);
});

describe('what can not be saved or loaded is a failure', () => {
  test('a target that is a folder; no partial file is left', async () => {
    await mkdir(file('taken'));
    expect(await saveIndex(small(), file('taken'))).toMatchObject({ failure: { kind: 'not_written' } });
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('a target in a folder that does not exist', async () => {
    expect(await saveIndex(small(), file('no/memory.mvx'))).toMatchObject({
      failure: { kind: 'not_written', code: 'ENOENT' },
    });
  });

  test('no file, a folder, another file, an empty file', async () => {
    await writeFile(file('other'), 'This is not an index.');
    await writeFile(file('empty'), '');
    expect(await loadIndex(file('none'))).toMatchObject({ failure: { kind: 'not_found' } });
    expect(await loadIndex(folder)).toMatchObject({ failure: { kind: 'not_readable', code: 'EISDIR' } });
    expect(await loadIndex(file('other'))).toMatchObject({ failure: { kind: 'not_an_index' } });
    expect(await loadIndex(file('empty'))).toMatchObject({ failure: { kind: 'not_an_index' } });
  });

  test('a later version', async () => {
    const bytes = await saved(small());
    bytes.writeUInt16LE(3, 8);
    expect(readIndex(bytes, 'x')).toMatchObject({
      failure: { kind: 'newer_version', found: 3, supported: 2 },
    });
  });

  test('every byte that changes is noticed, wherever it is', async () => {
    const bytes = await saved(small());
    const opened = openContainer(bytes);
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const inSections = [...opened.sections.values()].flatMap((section) =>
      Array.from(section, (_, at) => section.byteOffset - bytes.byteOffset + at),
    );
    const unnoticed = inSections.concat([9, 10, 12, 16, 40]).filter((at) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      return readIndex(damaged, 'x').ok;
    });
    expect(unnoticed).toEqual([]);
  });

  test('every length at which the file can be cut off is noticed', async () => {
    const bytes = await saved(small());
    const unnoticed = Array.from(bytes, (_, at) => at).filter(
      (at) => readIndex(bytes.subarray(0, at), 'x').ok,
    );
    expect(unnoticed).toEqual([]);
  });

  test('hostile sections with right checksums are damaged, whatever they hold', async () => {
    const opened = openContainer(await saved(small()));
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const names = [...opened.sections.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 40 }), (name, bytes) => {
        const sections = new Map(opened.sections).set(name, bytes);
        const result = readIndex(Buffer.concat(containerPieces(sections)), 'x');
        // Some bytes happen to mean something; then the index must be usable.
        if (result.ok) result.index.search({ text: 'honey', vector: Float32Array.of(1, 2, 3) });
        else expect(result.failure).toMatchObject({ kind: 'damaged' });
      }),
      { numRuns: 500 },
    );
  });

  test('a file of version 1, which knows no openings, is read with the times that it counted', async () => {
    const index = small([entry(1, { text: 'bee bee hive' }), entry(2, { text: 'wing' })]);
    const opened = openContainer(await saved(index));
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    // Three postings: the bee twice in the first chunk, the hive in it once, the wing in the second.
    const postings = Uint8Array.of(3, 1, 1, 2, 1, 0, 1, 2);
    const old = Buffer.concat(containerPieces(new Map(opened.sections).set('postings', postings)));
    old.writeUInt16LE(1, 8);
    const tableEnd = 16 + 40 * opened.sections.size;
    old.set(shortened(createHash('sha256').update(old.subarray(0, tableEnd)).digest()), tableEnd);
    const read = readIndex(old, 'x');
    if (!read.ok) throw new Error(describeIndexFailure(read.failure));

    const ask = (one: SearchIndex, mode: 'lexical' | 'hybrid') =>
      one.search({ text: 'bee', vector: Float32Array.of(1, 0, 0), mode, fusion: { feedback: false } })[0];
    expect(ask(read.index, 'lexical')).toEqual(ask(index, 'lexical'));
    expect(ask(index, 'hybrid')?.score).toBeGreaterThan(ask(read.index, 'hybrid')?.score ?? Number.NaN);
  });

  test('a missing section is named', async () => {
    const opened = openContainer(await saved(small()));
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const sections = new Map(opened.sections);
    sections.delete('postings');
    expect(readIndex(Buffer.concat(containerPieces(sections)), 'x')).toMatchObject({
      failure: { kind: 'damaged', section: 'postings' },
    });
  });
});
