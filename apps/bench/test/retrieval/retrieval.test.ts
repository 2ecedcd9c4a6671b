import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startOsProcess } from '@memvisor/supervisor';

const bench = fileURLToPath(new URL('../../src/bench.js', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'memvisor-retrieval-test-'));
  const texts = ['Bees make honey of nectar.', 'The ship left in May.', 'Cows give milk.'];
  const lines = (of: readonly object[]) => of.map((one) => `${JSON.stringify(one)}\n`).join('');
  await writeFile(
    join(folder, 'docs.jsonl'),
    lines(texts.map((text, at) => ({ id: at + 1, title: '', text }))),
  );
  await writeFile(join(folder, 'queries.jsonl'), lines([{ id: 7, text: 'who makes honey' }]));
  await writeFile(join(folder, 'qrels.tsv'), '7\t1\n');
});
afterAll(() => rm(folder, { recursive: true }));

const measure = async (...args: readonly string[]) => {
  const output = join(folder, 'report.md');
  const command = [bench, 'retrieval', '--collection', folder, '--json', '--output', output, ...args];
  const child = startOsProcess({ program: process.execPath, args: command }, { stdin: 'ignore' });
  let printed = '';
  for await (const part of child.stdout) printed += String(part);
  const exit = await child.exited;
  return { exit, printed, report: await readFile(output, 'utf8').catch(() => '') };
};

test('a collection is asked through its video, in all modes', async () => {
  const { exit, printed, report } = await measure();
  expect(exit).toMatchObject({ kind: 'exited', exitCode: 0 });
  const { documents, questions, results } = JSON.parse(printed);
  expect([documents, questions]).toEqual([3, 1]);
  expect(results).toMatchObject(
    ['dense', 'lexical', 'hybrid'].map((mode) => ({
      mode,
      'nDCG@10': 1,
      'recall@10': 1,
      'MRR@10': 1,
      unreadable: 0,
    })),
  );
  expect(report).toMatch(/\| hybrid \| 1\.000 \| 1\.000 \| 1\.000 \|/);
});

test('the same in as many archives as were asked for, with the same ranking', async () => {
  const { exit, printed } = await measure('--archives', '2');
  expect(exit).toMatchObject({ kind: 'exited', exitCode: 0 });
  const { agreement } = JSON.parse(printed);
  expect(agreement).toMatchObject(
    ['dense', 'lexical', 'hybrid'].map((mode) => ({ mode, sameTopTen: 1, questions: 1 })),
  );
});

test('more archives than documents are refused', async () => {
  const { exit } = await measure('--archives', '4');
  expect(exit).toMatchObject({ kind: 'exited', exitCode: 2 });
  expect('stderrTail' in exit ? exit.stderrTail : '').toContain('there are only 3 documents');
});
