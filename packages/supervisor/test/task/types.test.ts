// Compiling is the test: each `@ts-expect-error` fails to compile when the types loosen.
import { expect, test } from '@jest/globals';
import {
  Agent,
  type AgentProtocol,
  type Context,
  childSpec,
  type DynamicSupervisorProtocol,
  defineAgent,
  defineTask,
  type Pid,
  startAgent,
  startApplication,
  startSupervisor,
  sys,
  Task,
  TaskSupervisor,
} from '../../src/index.js';

const tasks = async (ctx: Context, jobs: Pid<DynamicSupervisorProtocol>): Promise<void> => {
  const task = Task.async(ctx, () => 1);
  const value: number = await task.await();
  // @ts-expect-error the task's value is a number
  const text: string = await task.await();
  const outcome = await task.yield();
  // @ts-expect-error it may not be done
  outcome.ok;
  if (outcome?.ok === true) outcome.value.toFixed();
  // @ts-expect-error a failure has a reason and no value
  if (outcome?.ok === false) outcome.value;
  const anyTask: Task = task;
  // @ts-expect-error a task of anything is not a task of a number
  const narrow: Task<number> = anyTask;

  const [n, s] = await Task.awaitMany([Task.async(ctx, () => 1), Task.async(ctx, async () => 'a')]);
  n.toFixed();
  s.trim();
  // @ts-expect-error the second value is a text
  s.toFixed();
  // @ts-expect-error the owner is a context or a system
  Task.async({}, () => 1);
  // @ts-expect-error milliseconds or 'brutal_kill'
  task.shutdown('gently');

  for await (const page of Task.asyncStream(ctx, ['a'], (url) => url.length))
    if (page.ok) page.value.toFixed();
  // @ts-expect-error the items are texts
  Task.asyncStream(ctx, ['a'], (n: number) => n);
  // @ts-expect-error an option that does not exist
  Task.asyncStream(ctx, ['a'], (url) => url, { concurrency: 5 });

  const started = await TaskSupervisor.asyncNolink(jobs, ctx, () => 'v');
  // @ts-expect-error there may be no room for it
  started.task;
  if (started.ok) (await started.task.await()).trim();
  // @ts-expect-error a supervisor is addressed by its own protocol's pid
  await TaskSupervisor.async('jobs', ctx, () => 1);

  const warmUp = defineTask({ run: (urls: string[]) => urls.length });
  childSpec(warmUp, ['a']);
  // @ts-expect-error the arguments are texts
  childSpec(warmUp, [1]);
  void [value, text, narrow];
};

const agents = async (pid: Pid<AgentProtocol<{ n: number }>>): Promise<void> => {
  const n: number = await Agent.get(pid, (state) => state.n);
  // @ts-expect-error the value that is read is a number
  const text: string = await Agent.get(pid, (state) => state.n);
  // @ts-expect-error the state has no such field
  await Agent.get(pid, (state) => state.m);
  // @ts-expect-error the new state must be a state
  await Agent.update(pid, () => ({ m: 1 }));
  const old: number = await Agent.getAndUpdate(pid, (state) => [state.n, { n: 0 }]);
  // @ts-expect-error a pair of value and state
  await Agent.getAndUpdate(pid, (state) => state.n);
  const count = defineAgent({ init: (first: number) => first });
  childSpec(count, 5);
  // @ts-expect-error the argument is a number
  childSpec(count, 'five');
  const started = await startAgent(() => 0);
  if (started.ok) await Agent.update(started.pid, (n) => n + 1);
  // @ts-expect-error the state is a number
  if (started.ok) await Agent.update(started.pid, (n) => `${n}`);
  void [n, text, old];
};

const others = async (pid: Pid): Promise<void> => {
  const state: number = await sys.getState<number>(pid);
  // @ts-expect-error the new state must be one
  await sys.replaceState<number>(pid, () => 'a');
  const untrace = await sys.trace(pid, (event) => {
    // @ts-expect-error only what goes out has a recipient
    if (event.type === 'in') event.to;
  });
  untrace();
  // @ts-expect-error the children are missing
  await startApplication({ shutdownMs: 5 });
  const app = await startApplication({ children: [], strategy: 'one_for_all' });
  // @ts-expect-error it may not have started
  app.application;
  // @ts-expect-error a strategy that does not exist
  await startApplication({ children: [], strategy: 'two_for_one' });
  await startSupervisor([]);
  void state;
};

test('the types above hold', () => {
  expect([tasks, agents, others]).toHaveLength(3);
});
