import { type ActorRefFrom, createActor, fromTransition, setup, spawnChild, stopChild } from 'xstate';
import { breathe, heapBytes, inTurn, percentile, perSecond, timed, warmUpBursts } from './clock.js';
import type { Run, Runs } from './workload.js';

// xstate 5: actors made from transition functions; a parent is a machine that spawns, stops and respawns them.

type CounterEvent = { type: 'add'; by: number } | { type: 'get'; answer: (count: number) => void };

const counter = fromTransition((count: number, event: CounterEvent): number => {
  if (event.type === 'add') return count + event.by;
  event.answer(count);
  return count;
}, 0);

type Counter = ActorRefFrom<typeof counter>;

const newCounter = (): Counter => createActor(counter).start();
const get = (actor: { send(event: CounterEvent): void }): Promise<number> =>
  new Promise((answer) => actor.send({ type: 'get', answer }));

const cast: Run = async (size) => {
  const actor = newCounter();
  const ms = await timed(async () => {
    for (let i = 0; i < size; i++) actor.send({ type: 'add', by: 1 });
    await get(actor);
  });
  // Each is handled before send() returns: there are no bursts.
  return { rate: perSecond(size, ms), burst: perSecond(size, ms) };
};

const callSeq: Run = async (size) => {
  const actor = newCounter();
  const ms = await timed(async () => {
    for (let i = 0; i < size; i++) await get(actor);
  });
  return { call: (ms / size) * 1000 };
};

const callConc: Run = async (size) => {
  const actors = Array.from({ length: 100 }, newCounter);
  const target = (i: number) => actors[i % 100] as Counter;
  const atOnce = await timed(() => Promise.all(Array.from({ length: size }, (_none, i) => get(target(i)))));
  const caller = async (at: number) => {
    for (let i = 0; i < size / 100; i++) await get(target(at));
  };
  const callers = await timed(() => Promise.all(actors.map((_actor, at) => caller(at))));
  return { at_once: (atOnce / size) * 1000, callers_100: (callers / size) * 1000 };
};

type Token = { type: 'next'; pass: (left: number) => void } | { type: 'token'; left: number };

const ring: Run = async (size) => {
  let done = () => {};
  const finished = new Promise<void>((resolve) => {
    done = resolve;
  });
  const member = fromTransition((pass: ((left: number) => void) | undefined, event: Token) => {
    if (event.type === 'next') return event.pass;
    if (event.left === 0) done();
    else pass?.(event.left - 1);
    return pass;
  }, undefined);
  const actors = Array.from({ length: 1000 }, () => createActor(member).start());
  for (const [at, actor] of actors.entries()) {
    const next = actors[(at + 1) % 1000];
    actor.send({ type: 'next', pass: (left) => next?.send({ type: 'token', left }) });
  }
  const ms = await timed(() => {
    actors[0]?.send({ type: 'token', left: size * 1000 });
    return finished;
  });
  return { rate: perSecond(size * 1000, ms) };
};

const spawn: Run = async (size) => {
  const actors: Counter[] = [];
  const before = heapBytes();
  const ms = await timed(() => {
    for (let i = 0; i < size; i++) actors.push(newCounter());
  });
  const bytes = (heapBytes() - before) / actors.length;
  return { rate: perSecond(size, ms), bytes };
};

type ChildInput = { runs: () => void };
const child = fromTransition(
  (state: undefined, event: { type: 'crash' }): undefined => {
    if (event.type === 'crash') throw new Error('told to crash');
    return state;
  },
  ({ input }: { input: ChildInput }): undefined => {
    input.runs();
  },
);

type ParentEvent =
  | { type: 'start'; id: string }
  | { type: 'stop'; id: string }
  | { type: 'get'; answer: (count: number) => void };

/** A machine that keeps children and starts one again that has failed. */
const startParent = (runs: () => void) => {
  const machine = setup({ types: { events: {} as ParentEvent }, actors: { child } }).createMachine({
    on: {
      start: { actions: spawnChild('child', { id: ({ event }) => event.id, input: { runs } }) },
      stop: { actions: stopChild(({ event }) => event.id) },
      get: { actions: ({ event }) => event.answer(1) },
      'xstate.error.actor.*': {
        actions: spawnChild('child', {
          id: ({ event }) => (event as unknown as { actorId: string }).actorId,
          input: { runs },
        }),
      },
    },
  });
  return createActor(machine).start();
};

const withChildren = (size: number, runs = () => {}) => {
  const parent = startParent(runs);
  for (let i = 0; i < size; i++) parent.send({ type: 'start', id: `child-${i}` });
  return parent;
};

const crash = (parent: ReturnType<typeof startParent>, at: number) => {
  const one = parent.getSnapshot().children[`child-${at}`] as ActorRefFrom<typeof child> | undefined;
  one?.send({ type: 'crash' });
};

const startChild: Run = async (size) => {
  const before = heapBytes();
  let parent: ReturnType<typeof startParent> | undefined;
  const ms = await timed(() => {
    parent = withChildren(size);
  });
  const bytes = (heapBytes() - before) / size;
  parent?.stop();
  return { rate: perSecond(size, ms), bytes };
};

const terminateChild: Run = async (size) => {
  const parent = withChildren(size);
  const ms = await timed(() => {
    for (let i = 0; i < size; i += 10) parent.send({ type: 'stop', id: `child-${i}` });
  });
  return { terminate: (ms / (size / 10)) * 1000 };
};

/** As for the others: twenty bursts, and then the median of three. */
const crashBurst: Run = async (size) => {
  const crashes = Math.floor(size / 100);
  let running = 0;
  const parent = withChildren(size, () => running++);
  const times: number[] = [];
  for (let burst = 0; burst < warmUpBursts + 3; burst++) {
    const all = running + crashes;
    const ms = await timed(async () => {
      for (let i = 0; i < crashes; i++) crash(parent, i * 100);
      while (running < all) await breathe();
    });
    if (burst >= warmUpBursts) times.push(ms);
  }
  return { rate: perSecond(crashes, percentile(times, 0.5)) };
};

const crashLatency: Run = async (size) => {
  let began = 0;
  const samples: number[] = [];
  const parent = withChildren(1000, () => {
    if (began > 0) samples.push((performance.now() - began) * 1000);
  });
  for (let i = 0; i < 11 * size; i++) {
    began = performance.now();
    crash(parent, i % 1000);
    await breathe();
  }
  if (samples.length !== 11 * size)
    throw new Error(`${samples.length} of ${11 * size} crashes were followed by a restart`);
  const measured = samples.slice(-size);
  return { p50: percentile(measured, 0.5), p99: percentile(measured, 0.99) };
};

const bigParent: Run = (size) => {
  const calls: Record<string, () => Promise<unknown>> = {};
  for (const children of [10, 1000].filter((wanted) => wanted <= size)) {
    const parent = withChildren(children);
    calls[`call_${children}`] = () => new Promise((answer) => parent.send({ type: 'get', answer }));
  }
  return inTurn(calls, 500);
};

const stopTree: Run = async (size) => {
  const parent = withChildren(size);
  const ms = await timed(() => parent.stop());
  return { stop: ms, per_child: (ms / size) * 1000 };
};

export const runs: Runs = {
  cast,
  call_seq: callSeq,
  call_conc: callConc,
  ring,
  spawn,
  start_child: startChild,
  terminate_child: terminateChild,
  crash_burst: crashBurst,
  crash_latency: crashLatency,
  big_parent: bigParent,
  stop_tree: stopTree,
};
