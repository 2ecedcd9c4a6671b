import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { startOsProcess } from '@memvisor/supervisor';

const bench = fileURLToPath(new URL('../../src/bench.js', import.meta.url));

const run = async (...args: readonly string[]) => {
  const child = startOsProcess({ program: process.execPath, args: [bench, ...args] });
  child.endInput();
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return { output, exit: await child.exited };
};

test('a quick run of one workload prints the machine and a result for each metric and system as JSON', async () => {
  const { output, exit } = await run(
    'runtime',
    ...['--quick', '--json', '--workloads', 'registry,call_seq', '--peers', 'nact,xstate', '--runs', '1'],
  );
  expect(exit).toMatchObject({ kind: 'exited', exitCode: 0 });
  const { machine, results } = JSON.parse(output) as {
    machine: { cores: number; versions: Record<string, string> };
    results: { workload: string; system: string; unit: string; median: number; min: number; max: number }[];
  };
  expect(machine.cores).toBeGreaterThan(0);
  expect(Object.keys(machine.versions)).toEqual(['node', 'memvisor', 'nact', 'xstate']);
  expect(results.map(({ workload, system, unit }) => `${workload} ${system} ${unit}`)).toEqual([
    'call_seq memvisor µs',
    'call_seq nact µs',
    'call_seq xstate µs',
    'registry memvisor keys/s',
    'registry memvisor keys/s',
    'registry memvisor messages/s',
  ]);
  for (const { median, min, max } of results) {
    expect(min).toBeGreaterThan(0);
    expect(median).toBe(min);
    expect(max).toBe(min);
  }
});

test.each([
  [['codec', '--soak', '--quick'], "'--soak' cannot be used with option '--quick'"],
  [['codec', '--seed', '1'], '--seed is for --soak'],
])('an option that would do nothing is refused: %j', async (args, said) => {
  const { exit } = await run(...args);
  expect(exit).toMatchObject({ kind: 'exited', exitCode: 2 });
  expect('stderrTail' in exit ? exit.stderrTail : '').toContain(said);
});

test('an unknown workload is named, with those there are', async () => {
  const { exit } = await run('runtime', '--workloads', 'cast,swim');
  expect(exit).toMatchObject({ kind: 'exited', exitCode: 2 });
  expect('stderrTail' in exit ? exit.stderrTail : '').toContain(
    'no workload "swim"; there are cast, call_seq',
  );
});
