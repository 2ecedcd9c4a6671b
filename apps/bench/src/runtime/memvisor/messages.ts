import {
  type Context,
  call,
  cast,
  defineGenServer,
  noreply,
  ok,
  type Pid,
  start,
} from '@memvisor/supervisor';
import { breathe, perSecond, timed } from '../clock.js';
import type { Run } from '../workload.js';
import { type Counter, counter, started } from './servers.js';

/** Casts that a sender makes before it lets others run: about what the BEAM grants a process at a time. */
const batch = 1000;

export const castRun: Run = async (size) => {
  const pid = started(await start(counter, 0));
  const ms = await timed(async () => {
    for (let sent = 0; sent < size; sent += batch) {
      for (let i = 0; i < batch; i++) cast(pid, { type: 'add', by: 1 });
      // A turn for the server, without waiting until it is done.
      await breathe();
    }
    await counted(pid, size);
  });
  const waiting = started(await start(counter, 0));
  const burst = await timed(async () => {
    for (let i = 0; i < size; i++) cast(waiting, { type: 'add', by: 1 });
    await counted(waiting, size);
  });
  return { rate: perSecond(size, ms), burst: perSecond(size, burst) };
};

const counted = async (pid: Pid<Counter>, size: number): Promise<void> => {
  const count = await call(pid, { type: 'get' }, 60_000);
  if (count !== size) throw new Error(`counted ${count} of ${size}`);
};

export const callSeq: Run = async (size) => {
  const pid = started(await start(counter, 0));
  const ms = await timed(async () => {
    for (let i = 0; i < size; i++) await call(pid, { type: 'get' });
  });
  return { call: (ms / size) * 1000 };
};

export const callConc: Run = async (size) => {
  const pids: Pid<Counter>[] = [];
  for (let i = 0; i < 100; i++) pids.push(started(await start(counter, i)));
  const target = (i: number) => pids[i % 100] as Pid<Counter>;
  const atOnce = await timed(async () => {
    const calls: Promise<number>[] = [];
    for (let i = 0; i < size; i++) calls.push(call(target(i), { type: 'get' }));
    await Promise.all(calls);
  });
  const caller = async (at: number) => {
    for (let i = 0; i < size / 100; i++) await call(target(at), { type: 'get' });
  };
  const callers = await timed(() => Promise.all(pids.map((_pid, at) => caller(at))));
  return { at_once: (atOnce / size) * 1000, callers_100: (callers / size) * 1000 };
};

type Member = { cast: { type: 'next'; pid: Pid<Member> } | { type: 'token'; left: number } };
type MemberState = { next: Pid<Member> | undefined; done: () => void };

const member = defineGenServer<Member, MemberState, () => void>({
  name: 'member',
  init: (done) => ok({ next: undefined, done }),
  cast: {
    next: ({ pid }, { done }) => noreply({ next: pid, done }),
    token: ({ left }, state, ctx: Context<Member>) => {
      if (left === 0 || state.next === undefined) state.done();
      else ctx.cast(state.next, { type: 'token', left: left - 1 });
      return noreply(state);
    },
  },
});

export const ring: Run = async (size) => {
  let done = () => {};
  const finished = new Promise<void>((resolve) => {
    done = resolve;
  });
  const pids: Pid<Member>[] = [];
  for (let i = 0; i < 1000; i++) pids.push(started(await start(member, done)));
  for (const [at, pid] of pids.entries())
    cast(pid, { type: 'next', pid: pids[(at + 1) % 1000] as Pid<Member> });
  const hops = size * 1000;
  const ms = await timed(async () => {
    cast(pids[0] as Pid<Member>, { type: 'token', left: hops });
    await finished;
  });
  return { rate: perSecond(hops, ms) };
};
