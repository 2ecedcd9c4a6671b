import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CodecPool, startCodecPool } from '@memvisor/codec';
import { loadSoak, type Soak, saveSoak, soakProfiles } from '../../src/codec/soak.js';
import { soakAsMarkdown } from '../../src/codec/soak-report.js';
import { soakTexts } from '../../src/codec/soak-text.js';
import { machine } from '../machine.js';

let folder: string;
let pool: CodecPool;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'memvisor-soak-'));
  pool = startCodecPool({ size: 1 });
});
afterAll(async () => {
  await pool.stop();
  await rm(folder, { recursive: true });
});

test('texts of a soak are the same for a name and a number, and for no other', () => {
  const text = soakTexts('1 h264 0', 'L');
  expect(text(7)).toHaveLength(3800);
  expect(soakTexts('1 h264 0', 'L')(7)).toBe(text(7));
  expect(new Set([text(7), text(8), soakTexts('1 h264 1', 'L')(7)]).size).toBe(3);
});

test('an archive that fails ends a soak that is being stopped well, and else not', async () => {
  const means = { pool, folder: join(folder, 'none'), say: () => {} };
  const failing = async (stopped: boolean) => {
    const answers = [false, stopped];
    const steps: Soak[] = [];
    const none = { seed: 5, tallies: [] };
    for await (const step of soakProfiles(['lossless'], 3, none, means, () => answers.shift() ?? stopped))
      steps.push(step);
    return steps;
  };
  expect(await failing(true)).toEqual([]);
  await expect(failing(false)).rejects.toThrow();
});

test('a soak goes on where it was stopped, with the profile that has the fewest frames', async () => {
  const means = { pool, folder, say: () => {} };
  const file = join(folder, 'soak.json');
  let soak = loadSoak(file, 5);
  for await (soak of soakProfiles(['lossless'], 6, soak, means, () => false)) saveSoak(file, soak);
  expect(loadSoak(file, 99)).toEqual(soak);
  expect(soak).toMatchObject({ seed: 5, tallies: [{ archives: 1, frames: 6, readable: 6 }] });

  const steps: Soak[] = [];
  for await (const step of soakProfiles(
    ['lossless', 'h264'],
    8,
    loadSoak(file, 99),
    means,
    () => steps.length > 1,
  ))
    steps.push(step);
  expect(steps.map(({ tallies }) => tallies.map(({ profile, frames }) => [profile, frames]))).toEqual([
    [
      ['lossless', 6],
      ['h264', 8],
    ],
    // Two more are wanted: an archive of one text has a head and a tail too.
    [
      ['lossless', 9],
      ['h264', 8],
    ],
  ]);
  expect(soakAsMarkdown(steps[1] as Soak, machine, 'x')).toContain(
    '| lossless | 9 | 9 | 100.000 % | 0 of 2 |',
  );
}, 30_000);
