import { expect, test } from '@jest/globals';
import { BenchError } from '../../src/benchmark.js';
import { measure } from '../../src/runtime/measure.js';
import type { Peer } from '../../src/runtime/peer.js';
import type { SystemName, Workload } from '../../src/runtime/workload.js';

const workload = (name: string): Workload => ({
  name,
  title: name,
  size: { full: 100, quick: 10 },
  metrics: [{ name: 'rate', unit: '1/s', better: 'more' }],
  peers: { nact: 'cannot', xstate: 'cannot', beam: true },
});

/** Tells what it is asked to run, and gives the number of that as the result. */
const peer = (system: SystemName, told: string[], fails = false): Peer => ({
  system,
  version: '1',
  run: async (name) => {
    told.push(`${name} ${system}`);
    if (fails) throw new BenchError(`${name} on ${system}: broken`);
    return { rate: told.length };
  },
  close: async () => {},
});

const plan = { workloads: [workload('cast'), workload('ring')], quick: false, progress: () => {} };

test('systems take turns, and every workload has its first run before any has its second', async () => {
  const told: string[] = [];
  const peers = [peer('memvisor', told), peer('nact', told), peer('beam', told)];
  const { results } = await measure({ ...plan, peers, rounds: 2, maxMs: 60_000 });
  const round = ['cast memvisor', 'cast beam', 'ring memvisor', 'ring beam'];
  expect(told).toEqual([...round, ...round]);
  expect(results.map(({ workload, system, min, max, runs }) => [workload, system, min, max, runs])).toEqual([
    ['cast', 'memvisor', 1, 5, 2],
    ['cast', 'beam', 2, 6, 2],
    ['ring', 'memvisor', 3, 7, 2],
    ['ring', 'beam', 4, 8, 2],
  ]);
});

test('a round that would not be over in time does not begin, but the first one does', async () => {
  const told: string[] = [];
  const { results } = await measure({ ...plan, peers: [peer('memvisor', told)], rounds: 5, maxMs: 0 });
  expect(told).toEqual(['cast memvisor', 'ring memvisor']);
  expect(results.map(({ runs }) => runs)).toEqual([1, 1]);
});

test('what fails is reported and not run again; the others go on', async () => {
  const told: string[] = [];
  const peers = [peer('memvisor', told), peer('beam', told, true)];
  const { results, failures } = await measure({ ...plan, peers, rounds: 2, maxMs: 60_000 });
  expect(failures).toEqual(['cast on beam: broken', 'ring on beam: broken']);
  expect(told).toHaveLength(6);
  expect(results.map(({ system, runs }) => `${system} ${runs}`)).toEqual(['memvisor 2', 'memvisor 2']);
});
