import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { archiveFiles, strangersIn } from '../../src/faults/archive-state.js';
import { dealer } from '../../src/faults/deck.js';
import { kinds } from '../../src/faults/kinds/index.js';
import { checkWords } from '../../src/faults/tree.js';
import { within } from '../../src/faults/violation.js';
import { chanceFrom } from '../../src/soak/chance.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('every kind comes equally often, in an order that the seed decides', () => {
  const deal = dealer(kinds, chanceFrom(1));
  const dealt = Array.from({ length: kinds.length * 3 }, () => deal().name);
  for (const { name } of kinds) expect(dealt.filter((one) => one === name)).toHaveLength(3);
  const again = dealer(kinds, chanceFrom(1));
  expect(dealt.map(() => again().name)).toEqual(dealt);
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
});

describe('what the checks find', () => {
  test('files beside the archive, hidden ones too, and an archive that is not what it was', () => {
    writeFileSync(join(folder, 'm.mp4'), 'old');
    const before = archiveFiles(folder);
    writeFileSync(join(folder, 'm.mp4'), 'new');
    mkdirSync(join(folder, '.m.mp4.building-x'));
    expect(archiveFiles(folder).video).not.toBe(before.video);
    expect(archiveFiles(folder).index).toBeUndefined();
    expect(strangersIn(folder)).toEqual(['.m.mp4.building-x']);
  });

  test('what hangs', async () => {
    await expect(within(5, 'waiting', new Promise(() => undefined))).rejects.toThrow('waiting: not done');
  });

  test.each([
    '',
    '[object Object]',
    '{"kind":"os_exit"}',
    'crashed\n    at build (x.js:1)',
    'undefined is gone',
  ])('no words for people: %j', (words) => expect(() => checkWords(words)).toThrow());
});

describe('npm run faults', () => {
  const program = fileURLToPath(new URL('../../src/faults.js', import.meta.url));
  const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

  test('plays a round, prints seed and tally, and exits 0', () => {
    const { status, stdout } = run('--seed', '9', '--rounds', '1', '--only', '^program_gone$', '--json');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      seed: 9,
      violations: [],
      problems: [],
      tally: [{ kind: 'program_gone', struck: 1 }],
    });
    expect(status).toBe(0);
  });

  test('whoever plays rounds ends with the one being played when its parent is gone, and clears up', async () => {
    const player = fileURLToPath(new URL('../../src/faults/player.js', import.meta.url));
    const request = { seed: 9, rounds: 1000, only: '^program_gone$', jobs: 1, job: 0 };
    const child = spawn(process.execPath, [player, JSON.stringify(request)], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const exited = once(child, 'exit');
    await once(createInterface({ input: child.stdout }), 'line');
    // What a parent leaves that is killed: nobody at the other ends.
    child.stdin.destroy();
    child.stdout.destroy();
    expect(await exited).toEqual([0, null]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('an option that can not be right ends it with 2', () => {
    expect(run('--rounds', 'many').status).toBe(2);
    expect(run('--only', '(').status).toBe(2);
  });
});
