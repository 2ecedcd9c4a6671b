// What the compiler must refuse. Nothing here runs: the build is the test.
import { expect, test } from '@jest/globals';
import {
  type ChildSpec,
  call,
  childSpec,
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  type Pid,
  type ProcessName,
  partition,
  partitionSupervisor,
  processName,
  Supervisor,
  type SupervisorProtocol,
  start,
  startSupervisor,
  supervisor,
} from '../../src/index.js';
import { type Worker, worker } from './workers.js';

const neverRun = async (
  sup: Pid<SupervisorProtocol>,
  dynamic: Pid<DynamicSupervisorProtocol>,
  log: string[],
): Promise<void> => {
  const spec = childSpec(worker, { id: 'a', log });

  // @ts-expect-error: the arguments are those of the definition
  childSpec(worker, { id: 7, log });
  // @ts-expect-error: there is no such restart type
  childSpec(worker, { id: 'a', log }, { restart: 'sometimes' });
  // @ts-expect-error: a start function is what childSpec is for
  childSpec(worker, { id: 'a', log }, { start: () => undefined });
  // @ts-expect-error: a name for another protocol
  childSpec(worker, { id: 'a', log }, { name: processName<SupervisorProtocol>('a') });

  // @ts-expect-error: a spec needs an id
  const nameless: ChildSpec = { start: spec.start };
  // @ts-expect-error: a start function returns a start result
  const pointless: ChildSpec = { id: 'a', start: () => 'started' };
  const several: readonly ChildSpec[] = [
    spec,
    { id: 'b', start: (ctx, extra: number) => (extra > 0 ? spec.start(ctx) : { ok: false, kind: 'ignore' }) },
  ];

  // @ts-expect-error: there is no such strategy
  await startSupervisor(several, { strategy: 'all_for_one' });
  // @ts-expect-error: a static supervisor has no maximum of children
  await startSupervisor(several, { maxChildren: 5 });
  // @ts-expect-error: backoff is described by an object
  supervisor(several, { backoff: 100 });

  // @ts-expect-error: a dynamic supervisor is no static one
  await Supervisor.whichChildren(dynamic);
  // @ts-expect-error: and the other way round
  await DynamicSupervisor.whichChildren(sup);
  // @ts-expect-error: a dynamic supervisor's children are known by pid
  await DynamicSupervisor.terminateChild(dynamic, 'a');
  // @ts-expect-error: no such request
  await call(sup, { type: 'dance' });

  const started = await DynamicSupervisor.startChild(dynamic, spec);
  // @ts-expect-error: whether it has a pid is to be asked first
  started.pid;
  if (started.ok) {
    const name: string = await call(started.pid, { type: 'whoami' });
    // @ts-expect-error: the child's protocol is known
    await call(started.pid, { type: 'get' });
    // @ts-expect-error: and so is the reply
    const count: number = await call(started.pid, { type: 'whoami' });
    expect([name, count]).toBeDefined();
  } else if (started.kind === 'error') {
    expect(started.reason).toBeDefined();
    // @ts-expect-error: this failure has no pid
    started.pid;
  }

  const ended = await Supervisor.deleteChild(sup, 'a');
  // @ts-expect-error: deleting can't find a child already started
  if (!ended.ok && ended.kind === 'already_started') return;

  const counters = await start(partitionSupervisor(spec), undefined);
  if (counters.ok) {
    await call(partition(counters.pid, 'key'), { type: 'whoami' });
    // @ts-expect-error: a partition speaks its child's protocol
    await call(partition(counters.pid, 'key'), { type: 'get' });
    // @ts-expect-error: an object is no key
    partition(counters.pid, { key: 1 });
    const name: ProcessName<Worker> = processName('counters');
    // @ts-expect-error: a worker is no partition supervisor
    partition(name, 'key');
  }
  expect([nameless, pointless]).toBeDefined();
};

test('wrong uses of supervisors do not compile', () => {
  expect(neverRun).toBeInstanceOf(Function);
});
