import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { assert, bigInt, integer, oneof, property, string } from 'fast-check';
import {
  ArgumentError,
  createSystem,
  OptionError,
  PartitionSupervisor,
  type PartitionSupervisorProtocol,
  partition,
  partitionSupervisor,
  processName,
  startPartitionSupervisor,
} from '../../src/index.js';
import { partitionIndex } from '../../src/supervision/partition-index.js';
import { createTestSystem, type TestSystem } from '../../src/testing/index.js';
import { pidOf, type Worker, workersWith } from './workers.js';

let world: TestSystem;
let spec: ReturnType<typeof workersWith>;
beforeEach(() => {
  world = createTestSystem();
  spec = workersWith([]);
});
afterEach(() => world.close());

const started = async (partitions = 4) =>
  pidOf(
    await startPartitionSupervisor((n) => spec(`worker ${n}`), {
      system: world.system,
      partitions,
      maxRestarts: 100,
    }),
  );

describe('a key', () => {
  test('gives the same partition always, within the range', () => {
    const key = oneof(string(), integer(), bigInt());
    assert(
      property(key, integer({ min: 1, max: 64 }), (one, partitions) => {
        const index = partitionIndex(one, partitions);
        expect(partitionIndex(one, partitions)).toBe(index);
        expect(Number.isInteger(index) && index >= 0 && index < partitions).toBe(true);
      }),
    );
  });

  test.each([
    [0, 0],
    [7, 3],
    [-7, 3],
    [9007199254740993n, 1],
    ['', 3],
    ['anna', 1],
    ['bert', 3],
    [0.5, 1],
  ])('%p belongs to partition %p of 4, in every release', (key, index) => {
    expect(partitionIndex(key, 4)).toBe(index);
  });

  test('that is a text falls into all partitions about equally', () => {
    const counts = new Array<number>(8).fill(0);
    for (let n = 0; n < 8000; n++) {
      const index = partitionIndex(`user-${n}`, 8);
      counts[index] = (counts[index] as number) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });

  test('may be a pid', async () => {
    const pid = world.system.spawn((ctx) => ctx.receive());
    expect(partitionIndex(pid, 4)).toBe(pid.id % 4);
  });

  test('of another kind is an error', () => {
    expect(() => partitionIndex({} as never, 4)).toThrow(ArgumentError);
  });
});

test('calls reach the partition that is responsible for the key, also after its restart', async () => {
  const sup = await started();
  const to = partition<Worker>(sup, 6, world.system);
  expect(await world.system.call(to, { type: 'whoami' })).toBe('worker 2');
  const before = world.system.whereis(to);
  world.system.exit(before as never, 'kill');
  await world.clock.settled();
  expect(world.system.whereis(to)).not.toBe(before);
  expect(await world.system.call(to, { type: 'whoami' })).toBe('worker 2');
});

test('the supervisor may be named; each system has its own names', async () => {
  const name = processName<PartitionSupervisorProtocol<Worker>>('counters');
  await startPartitionSupervisor(spec('worker'), { system: world.system, name, partitions: 2 });
  const other = createSystem();
  expect(await world.system.call(partition(name, 'anna', world.system), { type: 'whoami' })).toBe('worker');
  expect(other.whereis(partition(name, 'anna', other))).toBeUndefined();
  other.close();
  expect(PartitionSupervisor.partitions(name, world.system)).toBe(2);
});

test('while a partition is down its key has no process, and calls fail with noproc', async () => {
  const sup = await started(1);
  await world.system.stop(sup);
  const to = partition<Worker>(sup, 1, world.system);
  await expect(world.system.call(to, { type: 'whoami' })).rejects.toMatchObject({ failure: 'noproc' });
  expect(() => PartitionSupervisor.partitions(sup)).toThrow(ArgumentError);
});

test('whichChildren has the numbers as ids, countChildren counts the partitions', async () => {
  const sup = await started(3);
  expect((await PartitionSupervisor.whichChildren(sup)).map(({ id, status }) => [id, status])).toEqual([
    [2, 'running'],
    [1, 'running'],
    [0, 'running'],
  ]);
  expect(await PartitionSupervisor.countChildren(sup)).toEqual({
    specs: 3,
    active: 3,
    supervisors: 0,
    workers: 3,
  });
  expect(PartitionSupervisor.partitions(sup)).toBe(3);
  await PartitionSupervisor.stop(sup);
  expect(world.system.processCount).toBe(0);
});

test.each([0, -1, 1.5, Number.NaN, '4'])(
  'partitions %p are refused before anything starts',
  async (partitions) => {
    expect(() => partitionSupervisor(spec('a'), { partitions: partitions as number })).toThrow(OptionError);
    await expect(startPartitionSupervisor(spec('a'), { partitions: partitions as number })).rejects.toThrow(
      'partitions: expected a whole number from 1',
    );
  },
);

test('a partition can not be a name for another process', async () => {
  const sup = await started(1);
  const sneaky = { name: partition(sup, 1, world.system) as never };
  await world.system.stop(sup);
  const refused = await world.system.start(partitionSupervisor(spec('a')), undefined, sneaky);
  expect(refused).toMatchObject({ ok: false, kind: 'error', reason: { error: expect.any(ArgumentError) } });
});
