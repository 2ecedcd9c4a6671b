import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lives-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = fileURLToPath(new URL('./lives.js', import.meta.url));

test('of 1,200 processes that have lived and died no data stay in the heap', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [program, folder, '1200'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { grownBytes, growth } = JSON.parse(stdout) as { grownBytes: number; growth: string };
  // A pid kept for each of them would be 120 kB.
  if (grownBytes > 30_000) throw new Error(`${grownBytes} bytes more: ${growth}`);
});
