// The examples of docs/supervision.md: what stands between the marks is in the page, word for word.
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
// #region a child
import { type Call, defineGenServer, noreply, ok, reply } from '../../src/index.js';

type Counter = {
  call: Call<{ type: 'get' }, number>;
  cast: { type: 'add'; by: number };
};

const counter = defineGenServer<Counter, number, number>({
  name: 'counter',
  init: (first) => ok(first),
  call: { get: (_request, count) => reply(count, count) },
  cast: {
    add: ({ by }, count) => {
      if (!Number.isFinite(by)) throw new RangeError('by: expected a number');
      return noreply(count + by);
    },
  },
});

// #endregion
import {
  call,
  cast,
  childSpec,
  DynamicSupervisor,
  defaultSystem,
  defineSupervisor,
  describeSupervisionFailure,
  dynamicSupervisor,
  observer,
  partition,
  processName,
  Supervisor,
  type SupervisorFailure,
  startDynamicSupervisor,
  startPartitionSupervisor,
  startSupervisor,
  stopServer,
  subscribe,
  supervise,
  supervisor,
} from '../../src/index.js';

const crashes = defaultSystem.logger.error;
const quietly = async (body: () => Promise<void>): Promise<void> => {
  const { logger } = defaultSystem;
  logger.error = () => undefined;
  try {
    await body();
  } finally {
    logger.error = crashes;
  }
};

afterEach(async () => {
  for (const pid of defaultSystem.processes()) defaultSystem.exit(pid, 'kill');
  await defaultSystem.settled();
});

test('starting children', async () => {
  // #region starting
  const counterName = processName<Counter>('counter');
  const started = await startSupervisor([childSpec(counter, 0, { name: counterName })]);
  if (!started.ok) throw new Error('the supervisor did not start');

  cast(counterName, { type: 'add', by: 2 });
  await call(counterName, { type: 'get' }); // 2
  // #endregion
  expect(await call(counterName, { type: 'get' })).toBe(2);

  await quietly(async () => {
    // #region crashing
    cast(counterName, { type: 'add', by: Number.NaN }); // crashes the counter
    await call(counterName, { type: 'get' }).catch((error) => error.message); // … and this call with it
    await call(counterName, { type: 'get' }); // 0: a new counter under the old name
    // #endregion
    expect(await call(counterName, { type: 'get' })).toBe(0);
  });

  const top = started.pid;
  // #region managing
  await Supervisor.startChild(top, childSpec(counter, 100, { id: 'second' })); // { ok: true, pid }
  await Supervisor.terminateChild(top, 'second'); // { ok: true }
  await Supervisor.restartChild(top, 'second'); // { ok: true, pid }
  await Supervisor.deleteChild(top, 'second'); // { ok: false, kind: 'running' }
  await Supervisor.countChildren(top); // { specs: 2, active: 2, supervisors: 0, workers: 2 }
  // #endregion
  expect(await Supervisor.countChildren(top)).toEqual({ specs: 2, active: 2, supervisors: 0, workers: 2 });
  // #region stopping
  await stopServer(top);
  // #endregion
});

test('nesting', async () => {
  const lines: unknown[] = [];
  const note = (line: unknown) => lines.push(line);
  // #region nesting
  const storage = supervisor(
    [childSpec(counter, 0, { id: 'pages' }), childSpec(counter, 0, { id: 'index' })],
    { name: 'storage', strategy: 'rest_for_one', maxRestarts: 5, maxSeconds: 10 },
  );
  const tenant = defineSupervisor<{ first: number }>({
    name: 'tenant',
    init: ({ first }) => supervise([childSpec(counter, first)]),
  });
  const root = await startSupervisor([
    childSpec(storage, undefined),
    childSpec(tenant, { first: 10 }, { id: 'tenant 10', restart: 'transient' }),
  ]);
  // #endregion
  if (!root.ok) throw new Error('no root');
  expect(await Supervisor.countChildren(root.pid)).toMatchObject({ active: 2, supervisors: 2 });
  // #region observing
  for (const { label, children } of observer.tree())
    note([label, ...children.map((child) => `${child.label} ${child.status}`)]);
  // ['supervisor', 'storage waiting', 'tenant waiting']
  // #endregion
  expect(lines).toEqual([['supervisor', 'storage waiting', 'tenant waiting']]);
});

test('many children', async () => {
  // #region dynamic
  const sessions = await startDynamicSupervisor({ maxChildren: 100_000 });
  if (!sessions.ok) throw new Error('the supervisor did not start');

  const anna = await DynamicSupervisor.startChild(
    sessions.pid,
    childSpec(counter, 0, { restart: 'temporary' }),
  );
  if (anna.ok) await DynamicSupervisor.terminateChild(sessions.pid, anna.pid);
  // #endregion
  expect(anna.ok).toBe(true);
  expect(dynamicSupervisor().name).toBe('dynamic_supervisor');
});

test('partitions', async () => {
  // #region partitions
  const counters = await startPartitionSupervisor(childSpec(counter, 0), { partitions: 4 });
  if (!counters.ok) throw new Error('the supervisor did not start');

  cast(partition(counters.pid, 'anna'), { type: 'add', by: 1 });
  await call(partition(counters.pid, 'anna'), { type: 'get' }); // 1
  // #endregion
  expect(await call(partition(counters.pid, 'anna'), { type: 'get' })).toBe(1);
});

test('failures and events', async () => {
  const lines: unknown[] = [];
  const note = (line: unknown) => lines.push(line);
  // #region failures
  const failed = await startSupervisor([childSpec(counter, 0)], { maxRestarts: -1 });
  if (!failed.ok && failed.kind === 'error')
    note(describeSupervisionFailure(failed.reason as SupervisorFailure));
  // the supervisor's options are wrong: maxRestarts: expected a whole number from 0, got -1
  // #endregion
  expect(lines).toEqual([
    "the supervisor's options are wrong: maxRestarts: expected a whole number from 0, got -1",
  ]);
  // #region events
  const unsubscribe = subscribe(
    (event) => {
      if (event.type === 'restart_intensity_exceeded') note(event.spentBy);
    },
    ['restart_intensity_exceeded'],
  );
  // #endregion
  await quietly(async () => {
    const once = await startSupervisor([childSpec(counter, 0)], { maxRestarts: 0 });
    if (once.ok) defaultSystem.exit((await Supervisor.whichChildren(once.pid))[0]?.pid as never, 'kill');
    await defaultSystem.settled();
  });
  unsubscribe();
  expect(lines[1]).toEqual(['counter']);
});

test('backoff', async () => {
  // #region backoff
  const careful = await startSupervisor([childSpec(counter, 0)], {
    maxRestarts: 10,
    maxSeconds: 60,
    backoff: { initialMs: 200, maxMs: 10_000, jitter: 0.2, resetAfterMs: 60_000 },
  });
  // #endregion
  expect(careful.ok).toBe(true);
});

const dedented = (lines: readonly string[]): string => {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return lines
    .map((line) => line.slice(indent))
    .join('\n')
    .trim();
};

test('the page and these examples are the same', async () => {
  const from = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const source = await from('test/supervision/examples.test.ts');
  const page = await from('../../docs/supervision.md');
  const inPage = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => (code as string).trim());
  const inSource = [...source.matchAll(/^ *\/\/ #region .*\n([\s\S]*?)^ *\/\/ #endregion/gm)].map(
    ([, code]) =>
      dedented((code as string).split('\n')).replaceAll("'../../src/index.js'", "'@memvisor/supervisor'"),
  );
  expect(inPage.sort()).toEqual(inSource.sort());
});
