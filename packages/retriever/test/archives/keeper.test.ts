import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { hashEmbedder } from '@memvisor/embedding/testing';
import {
  type AnyPid,
  type Context,
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  exit,
  type Pid,
  portsClosed,
  spawn,
  stopServer,
  subscribe,
  type TelemetryEvent,
} from '@memvisor/supervisor';
import pLimit from 'p-limit';
import { answerTogether } from '../../src/archives/answer.js';
import type { InTurn } from '../../src/archives/in-turn.js';
import { ArchiveKeeper, type OwnerContext } from '../../src/archives/keeper.js';
import { SharedEmbedder } from '../../src/archives/shared-embedder.js';
import { makeFolder, removeFolder, type TestArchive, writeTestArchive } from '../archive.js';

let folder: string;
let bees: TestArchive;
let ships: TestArchive;
beforeAll(async () => {
  folder = await makeFolder();
  bees = await writeTestArchive(folder, { name: 'bees', contents: ['Bees make honey.', 'Bees sleep.'] });
  ships = await writeTestArchive(folder, {
    name: 'ships',
    contents: ['Rust.', 'Ships carry honey.', 'Tar.'],
  });
});
afterAll(() => removeFolder(folder));

let retrievers: Extract<TelemetryEvent, { type: 'spawn' }>[];
let indexes: number[];
let owner: AnyPid;
let ctx: OwnerContext;
const watching: (() => void)[] = [];
beforeEach(async () => {
  retrievers = [];
  indexes = [];
  watching.push(
    subscribe(
      (event) => {
        if (event.type === 'spawn' && event.label === 'Retriever') retrievers.push(event);
        if (event.type === 'port_start' && event.command.includes('index-child'))
          indexes.push(event.osPid as number);
      },
      ['spawn', 'port_start'],
    ),
  );
  ctx = await new Promise<Context>((resolve) => {
    owner = spawn(async (own) => {
      own.trapExit(true);
      resolve(own);
      for (;;) await own.receive();
    });
  });
});
afterEach(async () => {
  for (const stop of watching.splice(0)) stop();
  exit(owner, 'kill');
  await portsClosed();
});

const atOnce: InTurn = (open) => open();
const keep = (video: string, { inTurn = atOnce, as = ctx }: { inTurn?: InTurn; as?: OwnerContext } = {}) =>
  new ArchiveKeeper(
    { video, embedder: hashEmbedder(), decoders: 0 },
    { archiveTimeoutMs: 30_000, reopenAfterMs: 0, inTurn },
    as,
  );
const chunksOf = async (keeper: ArchiveKeeper) => {
  const asked = await keeper.ask({ type: 'traits' });
  return asked.ok ? asked.value.chunks : asked.failure;
};

/** Resolves when it stands still. */
const stopFirstIndex = (): Promise<void> =>
  new Promise((resolve) => {
    watching.push(
      subscribe(
        (event) => {
          if (event.type !== 'port_start' || !event.command.includes('index-child')) return;
          if (indexes.length === 1) process.kill(event.osPid as number, 'SIGSTOP');
          resolve();
        },
        ['port_start'],
      ),
    );
  });

describe('the time to wait for an opening', () => {
  test('begins when its turn comes', async () => {
    let begin = (): void => {};
    const turn = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const keeper = keep(bees.video, { inTurn: (open) => turn.then(open) });
    jest.useFakeTimers({ now: 0, doNotFake: ['performance', 'queueMicrotask', 'nextTick', 'setImmediate'] });
    const ready = keeper.ready(30_000);
    await jest.advanceTimersByTimeAsync(60_000);
    jest.useRealTimers();
    begin();
    expect(await ready).toBeUndefined();
  });

  test('ends the turn too: one that hangs keeps no other from being opened, and is open when it goes on', async () => {
    const inTurn = pLimit(1);
    const [still, other] = [keep(bees.video, { inTurn }), keep(ships.video, { inTurn })];
    const stopped = stopFirstIndex();
    const waiting = still.ready(300);
    await stopped;
    expect(await other.ready()).toBeUndefined();
    expect(await waiting).toEqual({ kind: 'too_slow', timeoutMs: 300 });
    process.kill(indexes[0] as number, 'SIGCONT');
    expect(await Promise.all([still, other].map(chunksOf))).toEqual([2, 3]);
  });

  test('ends when it is closed: neither is what waits opened then, nor is what hangs waited for', async () => {
    const inTurn = pLimit(1);
    const keepers = [keep(bees.video, { inTurn }), keep(ships.video, { inTurn })];
    const stopped = stopFirstIndex();
    const opened = Promise.all(keepers.map((keeper) => keeper.ready()));
    await stopped;
    await Promise.all(keepers.map((keeper) => keeper.close()));
    expect(await opened).toMatchObject([{ kind: 'died' }, { kind: 'died' }]);
    expect(retrievers).toHaveLength(1);
  });
});

describe('a retriever that ends without a crash', () => {
  test('is started again: its archive is still asked for', async () => {
    const keeper = keep(bees.video);
    expect(await chunksOf(keeper)).toBe(2);
    await stopServer(retrievers[0]?.pid as AnyPid, 'shutdown');
    expect(await chunksOf(keeper)).toBe(2);
    expect(retrievers).toHaveLength(2);
  });

  test('by the hand of its supervisor, is opened anew under another', async () => {
    const keeper = keep(bees.video);
    expect(await chunksOf(keeper)).toBe(2);
    const { pid, parent } = retrievers[0] as (typeof retrievers)[number];
    await DynamicSupervisor.terminateChild(parent as Pid<DynamicSupervisorProtocol>, pid);
    expect(await Promise.all([chunksOf(keeper), chunksOf(keeper)])).toEqual([2, 2]);
    expect(retrievers.map((one) => one.parent === parent)).toEqual([true, false]);
  });
});

describe('an archive that comes back from other files in the middle of a search', () => {
  /** Puts the files of another archive in the place of an open one's, and ends its index. */
  const swap = async (video: string, by: TestArchive) => {
    for (const [from, to] of [
      [by.video, video],
      [by.index, video.replace('.mkv', '.mvx')],
    ] as const) {
      await copyFile(from, `${to}.new`);
      await rename(`${to}.new`, to);
    }
    const ended = new Promise<void>((resolve) => {
      watching.push(
        subscribe(
          (event) => {
            if (event.type === 'exit' && event.pid === retrievers[0]?.pid) resolve();
          },
          ['exit'],
        ),
      );
    });
    process.kill(indexes[0] as number, 'SIGKILL');
    await ended;
  };

  test.each(['traits', 'step', 'texts'])('about its %s: is asked for all of it again', async (type) => {
    const video = join(folder, `swapped-${type}.mkv`);
    await copyFile(bees.video, video);
    await copyFile(bees.index, video.replace('.mkv', '.mvx'));
    const asked: string[] = [];
    const swapping: OwnerContext = {
      self: ctx.self,
      signal: ctx.signal,
      stop: (...args) => ctx.stop(...args),
      exit: (...args) => ctx.exit(...args),
      call: async (server, request, timeoutMs) => {
        const isTime = (request as { readonly type: string }).type === type && !asked.includes(type);
        asked.push((request as { readonly type: string }).type);
        // Texts are asked for last: these by what was found before.
        if (isTime && type === 'texts') await swap(video, ships);
        const reply = await ctx.call(server, request, timeoutMs);
        if (isTime && type !== 'texts') await swap(video, ships);
        return reply;
      },
    };
    const keeper = keep(video, { as: swapping });
    const answer = await answerTogether(
      { keepers: [keeper], unmatched: [] },
      new SharedEmbedder(undefined),
      'honey',
      { k: 5 },
    );
    expect(answer).toMatchObject({
      ok: true,
      value: {
        archives: [{ archive: video, ok: true, chunks: 3 }],
        results: [{ chunkId: 1, text: 'Ships carry honey.' }],
      },
    });
    expect(retrievers).toHaveLength(2);
  });
});
