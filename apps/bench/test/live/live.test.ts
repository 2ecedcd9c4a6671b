import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkProgram } from '../../src/conformance/program.js';
import { runProgram } from '../../src/conformance/run-program.js';
import type { JsonObject } from '../../src/conformance/terms.js';
import type { LiveProgram } from '../../src/live/arbitraries.js';
import { machinePrograms } from '../../src/live/machine-programs.js';
import { processPrograms } from '../../src/live/process-programs.js';
import { registryPrograms } from '../../src/live/registry-programs.js';
import { serverPrograms } from '../../src/live/server-programs.js';
import { smaller } from '../../src/live/shrink.js';
import { dynamicSupervisorPrograms, supervisorPrograms } from '../../src/live/supervisor-programs.js';

const all: readonly (readonly [string, fc.Arbitrary<LiveProgram>])[] = [
  ['process', processPrograms],
  ['genserver', serverPrograms],
  ['statem', machinePrograms],
  ['supervisor', supervisorPrograms],
  ['dynamic_supervisor', dynamicSupervisorPrograms],
  ['registry', registryPrograms],
];

describe.each(all)('generated programs of suite %s', (suite, arbitrary) => {
  test('are of the format, end by themselves, and come out the same each time', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (generated) => {
        expect(generated.suite).toBe(suite);
        const first = await runProgram(generated.program);
        expect(await runProgram(generated.program)).toEqual(first);
      }),
      { numRuns: 25 },
    );
  });
});

test('smaller programs are valid and smaller, the smallest first', () => {
  fc.assert(
    fc.property(fc.oneof(...all.map(([, arbitrary]) => arbitrary)), ({ program }) => {
      const candidates = smaller(program);
      const sizes = candidates.map((candidate) => JSON.stringify(candidate).length);
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      for (const candidate of candidates.slice(0, 20))
        expect(() => checkProgram(candidate as never)).not.toThrow();
      expect(sizes.every((size) => size < JSON.stringify(program).length)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('shrinking by a condition ends at a smallest program that still meets it', () => {
  const [generated] = fc.sample(processPrograms, { seed: 5, numRuns: 1 });
  const meets = (program: JsonObject) =>
    (program.ops as readonly JsonObject[]).filter(({ op }) => op === 'spawn').length >= 2;
  let best = (generated as LiveProgram).program;
  for (;;) {
    const next = smaller(best).find(meets);
    if (next === undefined) break;
    best = next;
  }
  expect((best.ops as readonly JsonObject[]).map((op) => Object.keys(op).sort())).toEqual([
    ['as', 'op'],
    ['as', 'op'],
  ]);
});

describe('npm run conformance:live', () => {
  const live = fileURLToPath(new URL('../../src/conformance-live.js', import.meta.url));
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [live, ...args], {
      encoding: 'utf8',
      // A path without Elixir.
      env: { ...process.env, PATH: '/nowhere' },
    });

  test('without Elixir says so and exits with 1', () => {
    const { status, stdout, stderr } = run('--seed', '7', '--cases', '3');
    expect(status).toBe(1);
    expect(stdout).toBe('seed 7\n');
    expect(stderr).toContain('elixir is not installed');
  });

  test('--ours-only runs without it', () => {
    const { status, stdout } = run('--seed', '7', '--cases', '3', '--ours-only');
    expect(status).toBe(0);
    expect(stdout).toBe('seed 7\n3 programs ran on our runtime; nothing was compared\n');
  });

  test.each([['--cases', 'many'], ['--suite', 'unknown'], ['--colour']])('refuses %s', (...args) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('error:');
  });
});
