import { afterEach, beforeEach } from '@jest/globals';
import { hashEmbedder } from '@memvisor/embedding/testing';
import {
  type AnyPid,
  type Context,
  exit,
  portsClosed,
  spawn,
  subscribe,
  type TelemetryEvent,
} from '@memvisor/supervisor';
import type { InTurn } from '../../src/archives/in-turn.js';
import { ArchiveKeeper } from '../../src/archives/keeper.js';
import type { OwnerContext } from '../../src/archives/owner-context.js';

type Spawn = Extract<TelemetryEvent, { type: 'spawn' }>;

/** A process that owns keepers for the length of a test, and what starts meanwhile, in the order of the starts. */
export type Owner = {
  readonly ctx: OwnerContext;
  readonly retrievers: readonly Spawn[];
  /** Processes of indexes. */
  readonly indexes: readonly number[];
  /** Watches more until the test is over. */
  readonly watch: typeof subscribe;
  readonly keep: (
    video: string,
    how?: { readonly inTurn?: InTurn; readonly as?: OwnerContext },
  ) => ArchiveKeeper;
};

const atOnce: InTurn = (open) => open();

/** To be called once in a file: gives the owner of the test that runs. */
export const ownerOfEachTest = (): (() => Owner) => {
  let owner: Owner;
  let pid: AnyPid;
  let watching: (() => void)[];
  beforeEach(async () => {
    const retrievers: Spawn[] = [];
    const indexes: number[] = [];
    watching = [];
    const watch: typeof subscribe = (listener, types) => {
      const stop = subscribe(listener, types);
      watching.push(stop);
      return stop;
    };
    watch(
      (event) => {
        if (event.type === 'spawn' && event.label === 'Retriever') retrievers.push(event);
        if (event.type === 'port_start' && event.command.includes('index-child'))
          indexes.push(event.osPid as number);
      },
      ['spawn', 'port_start'],
    );
    const ctx = await new Promise<Context>((resolve) => {
      pid = spawn(async (own) => {
        own.trapExit(true);
        resolve(own);
        for (;;) await own.receive();
      });
    });
    const keep: Owner['keep'] = (video, { inTurn = atOnce, as = ctx } = {}) =>
      new ArchiveKeeper(
        { video, embedder: hashEmbedder(), decoders: 0 },
        { archiveTimeoutMs: 30_000, reopenAfterMs: 0, inTurn },
        as,
      );
    owner = { ctx, retrievers, indexes, watch, keep };
  });
  afterEach(async () => {
    for (const stop of watching) stop();
    exit(pid, 'kill');
    await portsClosed();
  });
  return () => owner;
};
