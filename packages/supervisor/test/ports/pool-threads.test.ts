import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('./programs/end-while-loading.js', import.meta.url));

test('a thread of a pool that is terminated at once has loaded its file before it ends', () => {
  expect(spawnSync(process.execPath, [program], { encoding: 'utf8' }).stdout).toBe('loaded ended');
});
