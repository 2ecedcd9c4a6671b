import type { Metric, Workload } from './workload.js';

const rate = (unit: string): Metric => ({ name: 'rate', unit, better: 'more' });
const time = (name: string, unit: 'µs' | 'ms'): Metric => ({ name, unit, better: 'less' });
const bytes: Metric = { name: 'bytes', unit: 'bytes each', better: 'less' };

/** The run itself begins with what is not measured, under the same supervisor. */
const none = { full: 0, quick: 0 };

const noSupervisor = 'has no supervisor';
const noRestart = 'its onCrash resets the state of the same actor; nothing is started again';
const square = 'each start copies the list of children, so that the time grows with their square';

/** The workloads, in the order they run. */
export const workloads: readonly Workload[] = [
  {
    name: 'cast',
    title:
      'N one-way messages to one counting server, from a sender that lets others run, and all before the first is handled',
    size: { full: 1_000_000, quick: 100_000 },
    metrics: [rate('messages/s'), { name: 'burst', unit: 'messages/s', better: 'more' }],
    peers: { nact: { full: 200_000, quick: 20_000, why: 'slow' }, xstate: true, beam: true },
  },
  {
    name: 'call_seq',
    title: 'N awaited round trips, one after the other',
    size: { full: 100_000, quick: 20_000 },
    metrics: [time('call', 'µs')],
    peers: { nact: true, xstate: true, beam: true },
  },
  {
    name: 'call_conc',
    title: 'N calls to 100 servers: all under way at once, and by 100 callers with one call each at a time',
    size: { full: 100_000, quick: 20_000 },
    metrics: [time('at_once', 'µs'), time('callers_100', 'µs')],
    peers: {
      nact: {
        full: 5000,
        quick: 5000,
        why: 'with more queries at once their random 32-bit names collide and replies are lost',
      },
      xstate: true,
      beam: true,
    },
  },
  {
    name: 'ring',
    title: 'a message N times round 1,000 processes',
    size: { full: 1000, quick: 100 },
    metrics: [rate('hops/s')],
    peers: { nact: { full: 100, quick: 20, why: 'slow' }, xstate: true, beam: true },
  },
  {
    name: 'spawn',
    title: 'start N idle servers',
    size: { full: 100_000, quick: 20_000 },
    metrics: [rate('starts/s'), bytes],
    peers: { nact: true, xstate: true, beam: true },
  },
  {
    name: 'start_child',
    title: 'start N children under one dynamic supervisor',
    size: { full: 100_000, quick: 20_000 },
    metrics: [rate('starts/s'), bytes],
    peers: { nact: noSupervisor, xstate: { full: 2000, quick: 500, why: square }, beam: true },
  },
  {
    name: 'terminate_child',
    title: 'terminate one child after the other, a tenth of N',
    size: { full: 100_000, quick: 20_000 },
    metrics: [time('terminate', 'µs')],
    peers: { nact: noSupervisor, xstate: { full: 2000, quick: 500, why: square }, beam: true },
  },
  {
    name: 'crash_burst',
    title: 'a hundredth of N children crash at once, until all run again; after twenty such bursts',
    size: { full: 100_000, quick: 20_000 },
    warmUp: none,
    metrics: [rate('restarts/s')],
    peers: { nact: noRestart, xstate: { full: 2000, quick: 500, why: square }, beam: true },
  },
  {
    name: 'crash_latency',
    title: 'N times: tell one of 1,000 children to crash, until it runs again; after ten times N of them',
    size: { full: 2000, quick: 500 },
    warmUp: none,
    metrics: [time('p50', 'µs'), time('p99', 'µs')],
    peers: { nact: noRestart, xstate: true, beam: true },
  },
  {
    name: 'big_parent',
    title: 'a call to a supervisor that has 10, to one that has 1,000 … N children, in turn',
    size: { full: 1_000_000, quick: 100_000 },
    metrics: [
      time('call_10', 'µs'),
      time('call_1000', 'µs'),
      time('call_100000', 'µs'),
      time('call_1000000', 'µs'),
      { name: 'growth', unit: '× call_10', better: 'less' },
      { name: 'heap', unit: 'GB', better: 'less' },
    ],
    peers: {
      nact: { full: 1000, quick: 1000, why: 'each message copies the list of children' },
      xstate: { full: 1000, quick: 1000, why: square },
      beam: { full: 100_000, quick: 100_000, why: 'a million children take it more than 3 GB' },
    },
  },
  {
    name: 'stop_tree',
    title: 'stop a supervisor that has N children',
    size: { full: 100_000, quick: 20_000 },
    metrics: [{ ...time('stop', 'ms'), whole: true }, time('per_child', 'µs')],
    peers: {
      nact: 'stop() on an actor does not run the afterStop of its children: there is nothing to wait for',
      xstate: { full: 2000, quick: 500, why: square },
      beam: { full: 10_000, quick: 5000, why: 'its time grows with the square of the children' },
    },
  },
  {
    name: 'fair',
    title:
      'for a second, one server is flooded with N messages again and again while another is called and a 1 ms timer runs',
    size: { full: 1_000_000, quick: 200_000 },
    metrics: [time('call_p99', 'ms'), time('timer_p99', 'ms'), rate('messages/s')],
    peers: {
      nact: { full: 100_000, quick: 20_000, why: 'slow' },
      xstate: 'send() handles the message before it returns: there is no mailbox to flood',
      beam: true,
    },
  },
  {
    name: 'registry',
    title: 'register N keys, look them up, dispatch to N processes under one key: the median of nine times',
    size: { full: 10_000, quick: 2000 },
    warmUp: none,
    metrics: [
      { name: 'register', unit: 'keys/s', better: 'more' },
      { name: 'lookup', unit: 'keys/s', better: 'more' },
      { name: 'dispatch', unit: 'messages/s', better: 'more' },
    ],
    peers: { nact: 'has no registry', xstate: 'has no registry of keys', beam: true },
  },
  {
    name: 'telemetry',
    title:
      'N casts and N / 10 calls in turn to the runtime as it is and to one without checks for listeners on diagnostics_channel, while nobody listens: how much longer the first takes; control: the runtime beside a second copy of itself',
    size: { full: 4_000_000, quick: 200_000 },
    metrics: [
      { name: 'cast_share', unit: '%', better: 'less' },
      { name: 'cast_control', unit: '%', better: 'less' },
      { name: 'call_share', unit: '%', better: 'less' },
      { name: 'call_control', unit: '%', better: 'less' },
    ],
    peers: { nact: 'has no telemetry', xstate: 'not comparable', beam: 'not comparable' },
  },
  {
    name: 'floor',
    title:
      'what a call is made of: a promise resolved by a microtask; an immediate; a message through nact; N each',
    size: { full: 200_000, quick: 50_000 },
    metrics: [time('promise', 'µs'), time('immediate', 'µs'), time('wake', 'µs')],
    peers: { nact: 'is what is measured', xstate: 'not comparable', beam: 'not comparable' },
  },
];
