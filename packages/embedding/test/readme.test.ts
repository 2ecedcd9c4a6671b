import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

test('the README’s example is the program that runs here, and it prints what it says', () => {
  const source = readFileSync(path('../../test/readme/nearest.ts'), 'utf8');
  expect(readFileSync(path('../../README.md'), 'utf8')).toContain(`\`\`\`ts\n${source}\`\`\``);

  const { stdout, stderr, status } = spawnSync(process.execPath, [path('./readme/nearest.js')], {
    encoding: 'utf8',
  });

  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.trim()).toBe(source.match(/\/\/ => (.*)/)?.[1]);
});

test('in a program of its own the local embedder gives the partitions’ vectors, and the benchmark has a row for each model', () => {
  const { stdout, status } = spawnSync(process.execPath, [path('../../test/fixtures/local.mjs')], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    same: true,
    windows: [1, 3],
    bench: ['reference', 'use-lite-fp32', 'use-lite', 'use-lite-int8'],
    cosine: [null, true, true, true],
    closed: 'closed',
    aborted: 'no',
  });
});
