import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { filesIn, run } from './cli.js';

jest.setTimeout(120_000);

test('the quick start encodes two texts, finds the right one, and ends by itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'quick-start-'));
  const program = fileURLToPath(new URL('../examples/quick-start.js', import.meta.url));
  const ran = await run(process.execPath, [program], { cwd: folder });

  expect(ran).toMatchObject({ code: 0, stdout: 'ships.txt: The ship sailed north in May.\n', stderr: '' });
  expect(filesIn(folder)).toEqual(['memory.mp4', 'memory.mvx']);
  await rm(folder, { recursive: true });
});
