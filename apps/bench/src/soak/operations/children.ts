// What one asks of supervisors.
import { DynamicSupervisor, Supervisor } from '@memvisor/supervisor';
import type { Member, Slot } from '../member.js';
import { groupSpec } from '../member.js';
import type { Model } from '../model.js';
import { addChild, drop, startMember, stopMember } from '../model-supervision.js';
import { expectSame, isSupervisor, type Operation, operation, pick } from '../operation.js';
import { refOf, type World } from '../world.js';

interface Under {
  readonly supervisor: Member;
  readonly choice: number;
}
interface Child {
  readonly supervisor: Member;
  readonly slot: Slot;
}

/** More children than this would make one supervisor the whole tree. */
const mostStatic = 12;
const mostDynamic = 120;

const describeChild = ({ supervisor, slot }: Child): string =>
  `${slot.spec?.kind} ${slot.spec?.id} of ${supervisor.label} ${supervisor.pid}`;

const childOf = (model: Model, from: number, number: number, kinds: readonly string[]): Child | undefined => {
  const supervisor = pick(
    model,
    from,
    (one) => isSupervisor(one) && kinds.includes(one.kind) && one.slots.length > 0,
  );
  const slot = supervisor?.slots[number % supervisor.slots.length];
  return supervisor && slot && { supervisor, slot };
};

/** Starts a child in both, at once. */
export const startDynamicChild = (model: Model, world: World, { supervisor, choice }: Under) => {
  const { maker } = model;
  const { strategy, autoShutdown, maxChildren } = groupSpec(supervisor);
  const group = choice % 16 === 0 ? maker.supervisor(0, false) : undefined;
  const spec = group ?? maker.worker(choice, { strategy, autoShutdown });
  const room = supervisor.slots.length < maxChildren;
  const answer = DynamicSupervisor.startChild(refOf(supervisor), world.childSpec(spec), world.system);
  if (room) addChild(model, supervisor, spec);
  return async () => {
    const result = await answer;
    expectSame('start of a child', result.ok ? 'ok' : result.kind, room ? 'ok' : 'max_children');
  };
};

export const children: readonly Operation[] = [
  operation<Under>({
    name: 'start a dynamic child',
    weight: 10,
    choose: (model, { a, b }) => {
      const supervisor = pick(
        model,
        a,
        ({ kind, slots }) => kind === 'dynamic' && slots.length < mostDynamic,
      );
      return supervisor && { supervisor, choice: b };
    },
    run: (under, model, world) => startDynamicChild(model, world, under),
    describe: ({ supervisor, choice }) => `of ${supervisor.label} ${supervisor.pid}, choice ${choice}`,
  }),
  operation<Under>({
    name: 'start a child',
    weight: 2,
    choose: (model, { a, b }) => {
      const supervisor = pick(
        model,
        a,
        (one) => one.kind === 'supervisor' && isSupervisor(one) && one.slots.length < mostStatic,
      );
      return supervisor && { supervisor, choice: b };
    },
    run: ({ supervisor, choice }, model, world) => {
      const { maker } = model;
      const spec =
        choice % 4 === 0 ? maker.supervisor(1, false) : maker.worker(choice, groupSpec(supervisor));
      const answer = Supervisor.startChild(refOf(supervisor), world.childSpec(spec), world.system);
      addChild(model, supervisor, spec);
      return async () => expectSame('start of a child', (await answer).ok, true);
    },
    describe: ({ supervisor, choice }) => `of ${supervisor.label} ${supervisor.pid}, choice ${choice}`,
  }),
  operation<Child>({
    name: 'terminate a child',
    weight: 4,
    choose: (model, { a, b }) => childOf(model, a, b, ['supervisor', 'dynamic']),
    run: ({ supervisor, slot }, model, world) => {
      const { member, spec } = slot;
      const answer =
        supervisor.kind === 'dynamic' && member?.pid !== undefined
          ? DynamicSupervisor.terminateChild(refOf(supervisor), member.pid, world.system)
          : Supervisor.terminateChild(refOf(supervisor), spec?.id, world.system);
      stopMember(model, member);
      drop(supervisor, slot);
      return async () => expectSame('end of a child', (await answer).ok, true);
    },
    describe: describeChild,
  }),
  operation<Child>({
    name: 'restart a child',
    weight: 2,
    choose: (model, { a, b }) => childOf(model, a, b, ['supervisor']),
    run: ({ supervisor, slot }, model, world) => {
      const { spec, member } = slot;
      const answer = Supervisor.restartChild(refOf(supervisor), spec?.id, world.system);
      const expected = member === undefined ? 'ok' : 'running';
      if (member === undefined && spec !== undefined) slot.member = startMember(model, spec, supervisor);
      return async () => {
        const result = await answer;
        expectSame('restart of a child', result.ok ? 'ok' : result.kind, expected);
      };
    },
    describe: describeChild,
  }),
  operation<Child>({
    name: 'delete a child',
    weight: 1,
    choose: (model, { a, b }) => childOf(model, a, b, ['supervisor']),
    run: ({ supervisor, slot }, _model, world) => {
      const { spec, member } = slot;
      const answer = Supervisor.deleteChild(refOf(supervisor), spec?.id, world.system);
      const expected = member === undefined ? 'ok' : 'running';
      if (member === undefined) supervisor.slots.splice(supervisor.slots.indexOf(slot), 1);
      return async () => {
        const result = await answer;
        expectSame('deletion of a child', result.ok ? 'ok' : result.kind, expected);
      };
    },
    describe: describeChild,
  }),
];
