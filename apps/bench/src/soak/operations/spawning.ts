// Processes without a place in the tree: bare ones and tasks.
import { Task, TaskSupervisor } from '@memvisor/supervisor';
import type { Member } from '../member.js';
import type { Model } from '../model.js';
import { anyWorker, expectSame, type Operation, operation, pick, Violation, within } from '../operation.js';
import { body } from '../workers.js';
import { refOf, type World } from '../world.js';

/** No more processes than this come from here: the tree itself is to be the most of it. */
const most = 2500;
const hasRoom = (model: Model): boolean => model.alive.length < most;

/** Notes the pid down where the process begins. */
const bodyOf = (member: Member, world: World) =>
  body(member.trapping, (pid) => {
    member.pid = pid;
    return world.incarnation(pid);
  });

interface Spawning {
  readonly by: Member | undefined;
  readonly link: boolean;
  readonly traps: boolean;
}

export const spawning: readonly Operation[] = [
  operation<Spawning>({
    name: 'spawn',
    weight: 4,
    choose: (model, { a, b, c }) =>
      hasRoom(model)
        ? { by: b % 4 === 0 ? undefined : anyWorker(model, a), link: b % 4 !== 1, traps: c % 4 === 0 }
        : undefined,
    run: ({ by, link, traps }, model, world) => {
      if (by !== undefined) model.deliver(by);
      const parent = link ? by : undefined;
      const member = model.member('bare', { parent, trapping: traps });
      const run = bodyOf(member, world);
      if (by === undefined) world.system.spawn(run);
      else world.tell(by, { type: 'do', act: (ctx) => void (link ? ctx.spawnLink(run) : ctx.spawn(run)) });
      return undefined;
    },
    describe: ({ by, link, traps }) =>
      `by ${by === undefined ? 'nobody' : `${by.label} ${by.pid}`}${link ? ', linked' : ''}${traps ? ', trapping' : ''}`,
  }),
  operation<Member | 'nobody'>({
    name: 'start a task',
    weight: 3,
    choose: (model, { a, b }) =>
      hasRoom(model) ? (b % 3 === 0 ? 'nobody' : anyWorker(model, a)) : undefined,
    run: (by, model, world) => {
      const owner = by === 'nobody' ? undefined : by;
      const member = model.member('task', { parent: owner, owner });
      const run = bodyOf(member, world);
      if (owner === undefined) {
        const task = Task.async(world.system, run);
        world.tasks.set(task.pid, task);
      } else {
        model.watch(owner, member, 0);
        within(model, world, owner, (ctx) => {
          const task = Task.async(ctx, run);
          world.tasks.set(task.pid, task);
        });
      }
      return undefined;
    },
    describe: (by) => (by === 'nobody' ? 'for nobody' : `for ${by.label} ${by.pid}`),
  }),
  operation<{ readonly owner: Member; readonly tasks: Member }>({
    name: 'start a supervised task',
    weight: 3,
    choose: (model, { a }) => {
      const owner = anyWorker(model, a);
      const tasks = pick(model, 0, ({ kind }) => kind === 'tasks');
      return owner && tasks && hasRoom(model) ? { owner, tasks } : undefined;
    },
    run: ({ owner, tasks }, model, world) => {
      const member = model.member('task', { parent: tasks, owner });
      tasks.slots.push({ spec: undefined, member });
      model.watch(owner, member, 0);
      let started: ReturnType<typeof TaskSupervisor.asyncNolink> | undefined;
      within(model, world, owner, (ctx) => {
        started = TaskSupervisor.asyncNolink(refOf(tasks), ctx, bodyOf(member, world));
      });
      return async () => {
        const result = await started;
        expectSame('start of a task', result?.ok, true);
        if (result?.ok === true) world.tasks.set(result.task.pid, result.task);
      };
    },
    describe: ({ owner }) => `for ${owner.label} ${owner.pid}`,
  }),
  operation<{ readonly task: Member; readonly seconds: number }>({
    name: 'wait for a task',
    weight: 2,
    choose: (model, { a, b }) => {
      const task = pick(
        model,
        a,
        ({ kind, owner, awaited }) => kind === 'task' && owner?.alive !== false && !awaited,
      );
      return task && { task, seconds: 1 + (b % 4) };
    },
    run: ({ task, seconds }, model, world) => {
      const real = task.pid && world.tasks.get(task.pid);
      if (real === undefined) throw new Violation(`${task.label} is no task`);
      const { owner } = task;
      const ms = model.untilSecond(seconds);
      if (owner === undefined) void real.yield(ms);
      else within(model, world, owner, () => void real.yield(ms));
      task.awaited = model.startTimer(owner, seconds, () => {
        task.awaited = undefined;
      });
      return undefined;
    },
    describe: ({ task, seconds }) => `${task.label} ${task.pid}, ${seconds} s`,
  }),
];
