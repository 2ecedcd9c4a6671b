// The examples of the README and of docs/otp.md are files in examples/: here they run, and are compared with the pages.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import * as library from '../../src/index.js';
import { createTestSystem } from '../../src/testing/index.js';

const from = (path: string): URL => new URL(`../../../${path}`, import.meta.url);
const pages = ['README.md', '../../docs/otp.md'];

const examples = (await readdir(from('test/docs/examples'))).map((file) => file.replace('.ts', '')).sort();
const sources = new Map<string, string>();
for (const name of examples)
  sources.set(name, (await readFile(from(`test/docs/examples/${name}.ts`), 'utf8')).trim());

/** What its comments say that an example prints. */
const expectedOutput = (source: string): string[] =>
  [...source.matchAll(/\/\/ => (.*)$/gm)].map(([, line]) => line as string);

test.each(examples)('the example %s prints what its comments say', async (name) => {
  const path = fileURLToPath(from(`dist/test/docs/examples/${name}.js`));
  const { stdout } = await promisify(execFile)(process.execPath, [path], { timeout: 20_000 });
  expect(stdout.trim().split('\n')).toEqual(expectedOutput(sources.get(name) ?? ''));
});

test('every TypeScript block of a page is one of the examples, and every example is in a page', async () => {
  const published = [...sources.values()].map((source) =>
    source
      .replaceAll("'../../../src/index.js'", "'@memvisor/supervisor'")
      .replaceAll("'../../../src/testing/index.js'", "'@memvisor/supervisor/testing'"),
  );
  const blocks: string[] = [];
  for (const page of pages) {
    const text = await readFile(from(page), 'utf8');
    blocks.push(...[...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => (code as string).trim()));
  }
  expect(blocks.sort()).toEqual(published.sort());
});

test('every name in the tables of docs/otp.md exists', async () => {
  await using kit = createTestSystem();
  let ctx: unknown;
  kit.system.spawn((context) => {
    ctx = context;
  });
  await kit.system.settled();
  const places: { readonly [place: string]: unknown } = {
    ...library,
    ctx,
    system: kit.system,
    registry: library.defineRegistry({ name: 'any', keys: 'unique' }),
    task: library.Task.prototype,
  };
  const page = await readFile(from('../../docs/otp.md'), 'utf8');
  const cells = [...page.matchAll(/^\|.*\| (.*) \|$/gm)].map(([, cell]) => cell as string);
  const names = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)\.(\w+)`/g)]);
  expect(names.length).toBeGreaterThan(80);
  for (const [name, place, member] of names)
    expect([name, (member as string) in Object(places[place as string])]).toEqual([name, true]);
  // What stands alone is exported, or a field of a definition or an option.
  const fields = new Set(
    'info continue terminate init states handleEvent enterCalls enter parent name type cancel logger await none'.split(
      ' ',
    ),
  );
  const alone = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word as string));
  expect(alone.filter((word) => !(word in library) && !fields.has(word))).toEqual([]);
});

test('the list of differences from OTP names a test for each', async () => {
  const readme = await readFile(from('README.md'), 'utf8');
  const section = readme.split('## Where we differ from OTP')[1]?.split('\n## ')[0] ?? '';
  const listed = [...section.matchAll(/^- .*(?:\n {2}.*)*/gm)].map(([item]) => item);
  expect(listed.length).toBeGreaterThan(0);
  for (const item of listed) {
    const [, file, title] = /\[test\]\((test\/[^)]+)\): “([^”]+)”/.exec(item.replace(/\n {2}/g, ' ')) ?? [];
    if (file === undefined || title === undefined) throw new Error(`no test is named: ${item}`);
    expect(await readFile(from(file), 'utf8')).toContain(title);
  }
  // And the other way round: what is tested as a difference is listed.
  const tests = await readFile(from('test/process/differs.test.ts'), 'utf8');
  const titles = [...tests.matchAll(/^test\('(.*)',/gm)].map(([, title]) => title as string);
  expect(titles.filter((title) => !section.replace(/\n {2}/g, ' ').includes(title))).toEqual([]);
});
