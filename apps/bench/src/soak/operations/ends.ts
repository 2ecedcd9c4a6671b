// Ways to end a process.
import type { Member, Reason } from '../member.js';
import type { Model } from '../model.js';
import { terminate } from '../model-supervision.js';
import { anyWorker, isSupervisor, type Operation, obeys, operation, pick, within } from '../operation.js';
import { duplicateName, uniqueName } from '../spec.js';
import { Crash } from '../workers.js';
import { pidOf, type World } from '../world.js';

const label = (member: Member): string => `${member.label} ${member.pid}`;
type With<T> = { readonly member: Member } & T;

const kill = (member: Member, model: Model, world: World): void => {
  world.system.exit(pidOf(member), 'kill');
  model.end(member, 'killed');
};

/** What a signal from another process means. */
const signal = (model: Model, member: Member, reason: Reason): void => {
  if (member.trapping) model.tell(member);
  else if (reason !== 'normal') model.end(member, reason);
};

const signals = ['normal', 'shutdown', 'boom'] as const;

export const ends: readonly Operation[] = [
  operation<Member>({
    name: 'kill',
    weight: 6,
    choose: (model, { a }) => anyWorker(model, a),
    run: (member, model, world) => {
      kill(member, model, world);
      return undefined;
    },
    describe: label,
  }),
  operation<readonly Member[]>({
    name: 'kill several at once',
    weight: 3,
    choose: (model, { a, b, c }) => {
      const members = [a, b, c, a + b, b + c].map((from, i) =>
        pick(model, from, i < 4 ? obeys : isSupervisor),
      );
      const chosen = new Set(members.filter((one) => one !== undefined));
      return chosen.size < 2 ? undefined : [...chosen];
    },
    run: (members, model, world) => {
      for (const member of members) kill(member, model, world);
      return undefined;
    },
    describe: (members) => members.map(label).join(', '),
  }),
  operation<Member>({
    name: 'kill a supervisor',
    weight: 1,
    choose: (model, { a }) => pick(model, a, isSupervisor),
    run: (member, model, world) => {
      kill(member, model, world);
      return undefined;
    },
    describe: label,
  }),
  operation<With<{ readonly reason: 'shutdown' | 'boom' }>>({
    name: 'stop a supervisor',
    weight: 1,
    choose: (model, { a, b }) => {
      const member = pick(model, a, isSupervisor);
      return member && { member, reason: b % 2 === 0 ? 'shutdown' : 'boom' };
    },
    run: ({ member, reason }, model, world) => {
      const stopped = world.system.stop(pidOf(member), reason);
      terminate(model, member, reason);
      return () => stopped;
    },
    describe: ({ member, reason }) => `${label(member)} with ${reason}`,
  }),
  operation<Member>({
    name: "kill a registry's partition",
    weight: 0.3,
    choose: (model, { a }) => model.names.get(a % 2 === 0 ? uniqueName : duplicateName)?.slots[0]?.member,
    run: (member, model, world) => {
      kill(member, model, world);
      return undefined;
    },
    describe: label,
  }),
  operation<Member>({
    name: 'kill a registry',
    weight: 0.3,
    choose: (model, { a }) => model.names.get(a % 2 === 0 ? uniqueName : duplicateName),
    run: (member, model, world) => {
      kill(member, model, world);
      return undefined;
    },
    describe: label,
  }),
  operation<Member>({
    name: 'crash',
    weight: 6,
    choose: (model, { a }) => anyWorker(model, a),
    run: (member, model, world) => {
      within(model, world, member, () => {
        throw new Crash('as it was told');
      });
      model.end(member, 'crash');
      return undefined;
    },
    describe: label,
  }),
  operation<With<{ readonly reason: 'normal' | 'shutdown' | 'boom' }>>({
    name: 'leave',
    weight: 4,
    choose: (model, { a, b }) => {
      const member = anyWorker(model, a);
      if (member === undefined) return undefined;
      const reason = signals[b % 3] ?? 'normal';
      // Its terminate would not come to an end, and nobody would wait for it.
      return { member, reason: member.kind === 'stubborn' && reason === 'shutdown' ? 'boom' : reason };
    },
    run: ({ member, reason }, model, world) => {
      world.tell(member, { type: 'leave', reason });
      // A task that returns has a result for its owner.
      if (member.kind === 'task' && reason === 'normal' && member.owner !== undefined && !member.awaited)
        model.tell(member.owner);
      model.end(member, reason);
      return undefined;
    },
    describe: ({ member, reason }) => `${label(member)} with ${reason}`,
  }),
  operation<With<{ readonly reason: 'normal' | 'shutdown' | 'boom' }>>({
    name: 'exit signal',
    weight: 4,
    choose: (model, { a, b }) => {
      const member = anyWorker(model, a);
      return member && { member, reason: signals[b % 3] ?? 'normal' };
    },
    run: ({ member, reason }, model, world) => {
      world.system.exit(pidOf(member), reason);
      signal(model, member, reason);
      return undefined;
    },
    describe: ({ member, reason }) => `${label(member)} with ${reason}`,
  }),
  operation<With<{ readonly from: Member; readonly reason: 'normal' | 'shutdown' | 'boom' }>>({
    name: 'exit signal from a process',
    weight: 3,
    choose: (model, { a, b, c }) => {
      const member = anyWorker(model, a);
      const from = anyWorker(model, b);
      if (member === undefined || from === undefined || member === from) return undefined;
      return { member, from, reason: signals[c % 3] ?? 'normal' };
    },
    run: ({ member, from, reason }, model, world) => {
      const pid = pidOf(member);
      within(model, world, from, (ctx) => ctx.exit(pid, reason));
      signal(model, member, reason);
      return undefined;
    },
    describe: ({ member, from, reason }) => `${label(member)} from ${label(from)} with ${reason}`,
  }),
];
