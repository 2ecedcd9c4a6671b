import { describe, expect, jest, test } from '@jest/globals';
import {
  type AnyPid,
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  type Pid,
  stopServer,
} from '@memvisor/supervisor';
import pLimit from 'p-limit';
import type { ArchiveKeeper } from '../../src/archives/keeper.js';
import { beesAndShips } from './bees-and-ships.js';
import { ownerOfEachTest } from './owner.js';

const made = beesAndShips();

const owner = ownerOfEachTest();
const chunksOf = async (keeper: ArchiveKeeper) => {
  const asked = await keeper.ask({ type: 'traits' });
  return asked.ok ? asked.value.chunks : asked.failure;
};

/** Resolves when it stands still. */
const stopFirstIndex = (): Promise<void> =>
  new Promise((resolve) => {
    owner().watch(
      (event) => {
        if (event.type !== 'port_start' || !event.command.includes('index-child')) return;
        if (owner().indexes.length === 1) process.kill(event.osPid as number, 'SIGSTOP');
        resolve();
      },
      ['port_start'],
    );
  });

describe('the time to wait for an opening', () => {
  test('begins when its turn comes', async () => {
    let begin = (): void => {};
    const turn = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const keeper = owner().keep(made().bees.video, { inTurn: (open) => turn.then(open) });
    jest.useFakeTimers({ now: 0, doNotFake: ['performance', 'queueMicrotask', 'nextTick', 'setImmediate'] });
    const ready = keeper.ready(30_000);
    await jest.advanceTimersByTimeAsync(60_000);
    jest.useRealTimers();
    begin();
    expect(await ready).toBeUndefined();
  });

  test('ends the turn too: one that hangs keeps no other from being opened, and is open when it goes on', async () => {
    const inTurn = pLimit(1);
    const [still, other] = [
      owner().keep(made().bees.video, { inTurn }),
      owner().keep(made().ships.video, { inTurn }),
    ];
    const stopped = stopFirstIndex();
    const waiting = still.ready(300);
    await stopped;
    expect(await other.ready()).toBeUndefined();
    expect(await waiting).toEqual({ kind: 'too_slow', timeoutMs: 300 });
    process.kill(owner().indexes[0] as number, 'SIGCONT');
    expect(await Promise.all([still, other].map(chunksOf))).toEqual([2, 3]);
  });

  test('ends when it is closed: neither is what waits opened then, nor is what hangs waited for', async () => {
    const inTurn = pLimit(1);
    const keepers = [
      owner().keep(made().bees.video, { inTurn }),
      owner().keep(made().ships.video, { inTurn }),
    ];
    const stopped = stopFirstIndex();
    const opened = Promise.all(keepers.map((keeper) => keeper.ready()));
    await stopped;
    await Promise.all(keepers.map((keeper) => keeper.close()));
    expect(await opened).toMatchObject([{ kind: 'died' }, { kind: 'died' }]);
    expect(owner().retrievers).toHaveLength(1);
  });
});

describe('a retriever that ends without a crash', () => {
  test('is started again: its archive is still asked for', async () => {
    const keeper = owner().keep(made().bees.video);
    expect(await chunksOf(keeper)).toBe(2);
    await stopServer(owner().retrievers[0]?.pid as AnyPid, 'shutdown');
    expect(await chunksOf(keeper)).toBe(2);
    expect(owner().retrievers).toHaveLength(2);
  });

  test('by the hand of its supervisor, is opened anew under another', async () => {
    const keeper = owner().keep(made().bees.video);
    expect(await chunksOf(keeper)).toBe(2);
    const [first] = owner().retrievers;
    const parent = first?.parent as Pid<DynamicSupervisorProtocol>;
    await DynamicSupervisor.terminateChild(parent, first?.pid as AnyPid);
    expect(await Promise.all([chunksOf(keeper), chunksOf(keeper)])).toEqual([2, 2]);
    expect(owner().retrievers.map((one) => one.parent === parent)).toEqual([true, false]);
  });
});
