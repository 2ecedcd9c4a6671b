import { type ActorSystemRef, dispatch, query, type Ref, spawn, start } from 'nact';
import { forASecond, heapBytes, inTurn, percentile, perSecond, timed, watchTimer } from './clock.js';
import type { Run, Runs } from './workload.js';

// nact by itself, as its documentation shows it: an actor is a function of state and message.

type CounterMessage = { type: 'add'; by: number } | { type: 'get'; from: Ref<number> };

let lastSystem = 0;
const system = (): ActorSystemRef => start(`bench-${++lastSystem}`);

const count = (state: number, message: CounterMessage): number => {
  if (message.type === 'add') return state + message.by;
  dispatch(message.from, state);
  return state;
};

const counter = (parent: Ref<never>, name = 'counter'): Ref<CounterMessage> =>
  spawn(parent, count, name, { initialState: 0 });

const get = (actor: Ref<CounterMessage>, timeoutMs = 5000): Promise<number> =>
  query(actor, (from: Ref<number>): CounterMessage => ({ type: 'get', from }), timeoutMs);

const cast: Run = async (size) => {
  const actor = counter(system());
  const burst = await timed(async () => {
    for (let i = 0; i < size; i++) dispatch(actor, { type: 'add', by: 1 });
    await get(actor, 60_000);
  });
  // It handles one message a turn of the event loop: to let it run in between makes no difference.
  return { rate: perSecond(size, burst), burst: perSecond(size, burst) };
};

const callSeq: Run = async (size) => {
  const actor = counter(system());
  const ms = await timed(async () => {
    for (let i = 0; i < size; i++) await get(actor, 60_000);
  });
  return { call: (ms / size) * 1000 };
};

const callConc: Run = async (size) => {
  const world = system();
  const actors = Array.from({ length: 100 }, (_none, i) => counter(world, `counter-${i}`));
  const target = (i: number) => actors[i % 100] as Ref<CounterMessage>;
  const atOnce = await timed(() =>
    Promise.all(Array.from({ length: size }, (_none, i) => get(target(i), 60_000))),
  );
  const caller = async (at: number) => {
    for (let i = 0; i < size / 100; i++) await get(target(at), 60_000);
  };
  const callers = await timed(() => Promise.all(actors.map((_actor, at) => caller(at))));
  return { at_once: (atOnce / size) * 1000, callers_100: (callers / size) * 1000 };
};

type Token = { type: 'next'; ref: Ref<Token> } | { type: 'token'; left: number };

const ring: Run = async (size) => {
  const world = system();
  let done = () => {};
  const finished = new Promise<void>((resolve) => {
    done = resolve;
  });
  const pass = (next: Ref<Token> | undefined, message: Token): Ref<Token> | undefined => {
    if (message.type === 'next') return message.ref;
    if (message.left === 0 || next === undefined) done();
    else dispatch(next, { type: 'token', left: message.left - 1 });
    return next;
  };
  const actors: Ref<Token>[] = Array.from({ length: 1000 }, (_none, i) => spawn(world, pass, `member-${i}`));
  for (const [at, actor] of actors.entries())
    dispatch(actor, { type: 'next', ref: actors[(at + 1) % 1000] as Ref<Token> });
  const ms = await timed(() => {
    dispatch(actors[0] as Ref<Token>, { type: 'token', left: size * 1000 });
    return finished;
  });
  return { rate: perSecond(size * 1000, ms) };
};

const spawnMany: Run = async (size) => {
  const world = system();
  const before = heapBytes();
  const ms = await timed(() => {
    for (let i = 0; i < size; i++) counter(world, `counter-${i}`);
  });
  return { rate: perSecond(size, ms), bytes: (heapBytes() - before) / size };
};

/** An actor that has children and answers. */
const parentOf = (children: number): Ref<CounterMessage> => {
  const parent = spawn(system(), count, 'parent', { initialState: 0 });
  for (let i = 0; i < children; i++) spawn(parent, count, `child-${i}`, { initialState: 0 });
  return parent;
};

const bigParent: Run = (size) => {
  const calls: Record<string, () => Promise<unknown>> = {};
  for (const children of [10, 1000].filter((wanted) => wanted <= size)) {
    const parent = parentOf(children);
    calls[`call_${children}`] = () => get(parent);
  }
  return inTurn(calls, 200);
};

const fair: Run = async (size) => {
  const world = system();
  const victim = counter(world, 'victim');
  const called = counter(world, 'called');
  const flood = spawn(
    world,
    (_state: undefined, { left }: { left: number }, ctx: { self: Ref<{ left: number }> }): undefined => {
      for (let i = 0; i < 500; i++) dispatch(victim, { type: 'add', by: 1 });
      if (left > 500) dispatch(ctx.self, { left: left - 500 });
    },
    'flood',
  );
  const timer = watchTimer();
  const waits: number[] = [];
  let over = false;
  const began = performance.now();
  const caller = (async () => {
    while (!over) {
      const asked = performance.now();
      await get(called, 60_000);
      waits.push(performance.now() - asked);
    }
  })();
  const floods = await forASecond(async (round) => {
    dispatch(flood, { left: size });
    let handled = 0;
    while (handled < round * size) handled = await get(victim, 60_000);
  });
  const ms = performance.now() - began;
  over = true;
  await caller;
  return {
    call_p99: percentile(waits, 0.99),
    timer_p99: percentile(timer.stop(), 0.99),
    rate: perSecond(floods * size, ms),
  };
};

export const runs: Runs = {
  cast,
  call_seq: callSeq,
  call_conc: callConc,
  ring,
  spawn: spawnMany,
  big_parent: bigParent,
  fair,
};
