// What supervisors do, as OTP's documentation says it. Written without a look at the runtime's own decisions.
import { groupSpec, type Member, type Reason, type Slot } from './member.js';
import type { Model } from './model.js';
import { isGroup, maxSeconds, type Spec } from './spec.js';

/** Starts a child, and whatever is under it. */
export const startMember = (model: Model, spec: Spec, parent: Member | undefined): Member => {
  const member = model.member(spec.kind, { spec, parent });
  if (isGroup(spec)) for (const child of spec.children) addChild(model, member, child);
  if (spec.kind === 'registry')
    member.slots.push({ spec: undefined, member: model.member('partition', { parent: member }) });
  return member;
};

export const addChild = (model: Model, supervisor: Member, spec: Spec): Member => {
  const member = startMember(model, spec, supervisor);
  supervisor.slots.push({ spec, member });
  return member;
};

/** Stops a child the way its supervisor does. */
export const stopMember = (model: Model, member: Member | undefined): void => {
  if (member === undefined || !member.alive) return;
  if (member.parent !== undefined) model.unlink(member.parent, member);
  const { spec } = member;
  if (spec !== undefined && isGroup(spec)) {
    terminate(model, member, 'shutdown');
    return;
  }
  if (member.kind === 'stubborn') model.slowStops++;
  model.end(member, member.kind === 'stubborn' || spec?.shutdown === 'brutal_kill' ? 'killed' : 'shutdown');
};

/** Stops a supervisor's children, the last first, and ends it. */
export const terminate = (model: Model, supervisor: Member, reason: Reason): void => {
  for (const { member } of [...supervisor.slots].reverse()) stopMember(model, member);
  model.end(supervisor, reason);
};

/** Has all supervisors handle what they have heard of. */
export const react = (model: Model): void => {
  for (let next = model.ready.shift(); next !== undefined; next = model.ready.shift())
    while (next.alive && next.inbox.length > 0) {
      const { from, reason } = next.inbox.shift() as Member['inbox'][number];
      if (from === next.parent) obey(model, next, reason);
      else childEnded(model, next, from, reason);
    }
};

const obey = (model: Model, member: Member, reason: Reason): void => {
  if (member.spec !== undefined && isGroup(member.spec)) terminate(model, member, reason);
  else model.end(member, reason);
};

const childEnded = (model: Model, supervisor: Member, child: Member, reason: Reason): void => {
  const slot = supervisor.slots.find(({ member }) => member === child);
  if (slot === undefined) return;
  if (isStartedAgain(slot, reason)) {
    restart(model, supervisor, slot);
    return;
  }
  drop(supervisor, slot);
  if (isDone(supervisor, slot)) terminate(model, supervisor, 'shutdown');
};

const restartOf = ({ spec, member }: Slot) =>
  member?.kind === 'partition' ? 'permanent' : (spec?.restart ?? 'temporary');

const isStartedAgain = (slot: Slot, reason: Reason): boolean => {
  const type = restartOf(slot);
  return type === 'permanent' || (type === 'transient' && reason !== 'normal' && reason !== 'shutdown');
};

/** Whether the end of its significant children ends the supervisor. */
const isDone = (supervisor: Member, { spec }: Slot): boolean => {
  if (spec?.significant !== true) return false;
  const { autoShutdown } = groupSpec(supervisor);
  if (autoShutdown === 'any_significant') return true;
  return (
    autoShutdown === 'all_significant' &&
    !supervisor.slots.some((other) => other.spec?.significant === true && other.member !== undefined)
  );
};

/** Ended for good: a temporary child is forgotten, and so is any child of a dynamic supervisor. */
export const drop = (supervisor: Member, slot: Slot): void => {
  const { kind } = supervisor;
  if (kind === 'dynamic' || kind === 'tasks' || restartOf(slot) === 'temporary')
    supervisor.slots.splice(supervisor.slots.indexOf(slot), 1);
  slot.member = undefined;
};

const restart = (model: Model, supervisor: Member, slot: Slot): void => {
  const spec = groupSpec(supervisor);
  const second = Math.floor(model.now / 1000);
  supervisor.restarts = supervisor.restarts.filter((at) => at >= second - maxSeconds);
  supervisor.restarts.push(second);
  if (supervisor.restarts.length > spec.maxRestarts) {
    model.givenUp++;
    drop(supervisor, slot);
    terminate(model, supervisor, 'shutdown');
    return;
  }
  model.restarts++;
  const at = supervisor.slots.indexOf(slot);
  const from = spec.strategy === 'one_for_all' ? 0 : at;
  const to = spec.strategy === 'one_for_one' ? at + 1 : supervisor.slots.length;
  const affected = supervisor.slots.slice(from, to);
  for (const one of [...affected].reverse()) {
    if (one === slot) continue;
    stopMember(model, one.member);
    if (restartOf(one) === 'temporary') drop(supervisor, one);
  }
  for (const one of affected) {
    if (one !== slot && !supervisor.slots.includes(one)) continue;
    const partition = one.member?.kind === 'partition';
    one.member =
      one.spec === undefined
        ? partition
          ? model.member('partition', { parent: supervisor })
          : undefined
        : startMember(model, one.spec, supervisor);
  }
};
