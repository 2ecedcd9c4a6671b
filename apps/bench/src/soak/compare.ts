// Whether the runtime is as the model says.
import { type AnyPid, observer, processInfo, processName } from '@memvisor/supervisor';
import { callsIn, holdingsOf, namesIn } from './internals.js';
import type { Member } from './member.js';
import type { Model } from './model.js';
import { expectSame, Violation } from './operation.js';
import { duplicateName, uniqueName } from './spec.js';
import type { World } from './world.js';

/** After each operation: who has ended and who has begun, and how much there is of everything. */
export const compareEnds = (model: Model, world: World): void => {
  const { system, clock } = world;
  for (const { pid, label } of model.died)
    if (pid !== undefined) {
      if (system.isAlive(pid)) throw new Violation(`${label} ${pid}: should have ended`);
      world.incarnations.delete(pid);
      world.tasks.delete(pid);
    }
  const bound = new Set<AnyPid>();
  for (const member of model.born) if (member.alive) bindPid(member, world, bound);
  model.born.length = 0;
  model.died.length = 0;
  expectSame('processes', system.processCount, model.alive.length);
  expectSame('calls under way', callsIn(system), model.calls.length);
  expectSame('names', namesIn(system), model.names.size);
  // One timer stands for the deadlines of all calls.
  const timers = model.timers.size - model.calls.length + Math.min(1, model.calls.length);
  expectSame('timers of the clock', clock.pending, timers);
  for (const call of model.settledCalls) {
    const outcome = world.outcomes.get(call.number);
    const expected = call.outcome === 'abandoned' ? 'failed' : call.outcome;
    expectSame(`call ${call.number} to ${call.server.label}`, outcome, expected);
    world.outcomes.delete(call.number);
  }
  model.settledCalls.length = 0;
};

const bindPid = (member: Member, world: World, bound: Set<AnyPid>): void => {
  const known = member.pid !== undefined;
  const pid = world.find(member);
  if (pid === undefined || !world.system.isAlive(pid))
    throw new Violation(`${member.label}: should have been started`);
  if (!known && (bound.has(pid) || owned.has(pid)))
    throw new Violation(`${member.label} ${pid}: should have been started again`);
  bound.add(pid);
  owned.add(pid);
  member.pid = pid;
};

/** Pids that have stood for a member before. */
const owned = new WeakSet<AnyPid>();

/** Everything there is, one by one. */
export const compareAll = (model: Model, world: World): void => {
  const { system } = world;
  const known = new Set(model.alive.map(({ pid }) => pid));
  for (const pid of system.processes())
    if (!known.has(pid)) throw new Violation(`${pid} ${processInfo(pid)?.label}: nobody knows this process`);
  for (const member of model.alive) compareMember(member, world);
  for (const [name, member] of model.names)
    expectSame(`name ${name}`, system.whereis(processName(name)), member.pid);
  for (const { number } of model.calls) expectSame(`call ${number}`, world.outcomes.get(number), 'pending');
  for (const [name, registry] of [
    [uniqueName, world.unique],
    [duplicateName, world.duplicate],
  ] as const) {
    if (!model.names.has(name)) continue;
    const entries = [...model.alive].flatMap((member) =>
      [...member.entries].filter((entry) => entry.registry === name && entry.owner === member),
    );
    expectSame(`entries of ${name}`, registry.count(), entries.length);
    for (const { key, owner, value } of entries) {
      const found = registry.lookup(key).filter((one) => one.pid === owner.pid && one.value === value);
      if (found.length === 0) throw new Violation(`${name} ${key}: ${owner.label} should be there`);
    }
  }
};

const compareMember = (member: Member, world: World): void => {
  const { label } = member;
  const pid = member.pid as AnyPid;
  const info = processInfo(pid);
  if (info === undefined) throw new Violation(`${label} ${pid}: should be alive`);
  sameSet(
    `${label} ${pid}: links`,
    info.links,
    [...member.links].map((one) => one.pid as AnyPid),
  );
  sameSet(
    `${label} ${pid}: monitors`,
    info.monitors.map(({ target }) => target as AnyPid),
    [...member.monitors].map(({ target }) => target.pid as AnyPid),
  );
  expectSame(`${label} ${pid}: name`, info.registeredName, member.name);
  expectSame(`${label} ${pid}: traps exits`, info.trapsExits, member.trapping);
  expectSame(`${label} ${pid}: status`, info.status, 'waiting');
  expectSame(`${label} ${pid}: messages waiting`, info.messageQueueLength, member.postponed.size);
  const incarnation = world.incarnations.get(pid);
  if (incarnation !== undefined && member.slots.length === 0)
    expectSame(`${label} ${pid}: messages heard`, incarnation.heard, member.heard);
  const holdings = holdingsOf(pid);
  const callsIn = [...member.calls].filter(({ server }) => server === member).length;
  expectSame(`${label} ${pid}: monitors on it`, holdings.watchers, member.watchers.size);
  expectSame(`${label} ${pid}: calls to it`, holdings.callsIn, callsIn);
  expectSame(`${label} ${pid}: calls by it`, holdings.callsOut, member.calls.size - callsIn);
  expectSame(`${label} ${pid}: timers`, holdings.timers, timersOf(member));
  expectSame(`${label} ${pid}: listeners for its end`, holdings.endListeners, listenersOf(member));
  if (member.kind === 'supervisor' || member.kind === 'dynamic' || member.kind === 'tasks')
    compareChildren(member);
};

/** The idle timer of a server is not among them; those of a state machine are one. */
const timersOf = ({ kind, timers, idle, stateTimeout }: Member): number =>
  timers.size -
  (idle === undefined ? 0 : 1) -
  (stateTimeout === undefined ? 0 : 1) +
  (kind === 'machine' ? 1 : 0);

/** Registries that keep entries of it, its own table or task, and sleeps. */
const listenersOf = ({ kind, entries, naps }: Member): number => {
  if (kind === 'partition') return 1;
  const registries = new Set([...entries].map(({ registry }) => registry)).size;
  return registries + naps + (kind === 'task' || kind === 'registry' ? 1 : 0);
};

const compareChildren = (supervisor: Member): void => {
  const children = [...observer.children(supervisor.pid as AnyPid)];
  const what = `${supervisor.label} ${supervisor.pid}: children`;
  expectSame(what, children.length, supervisor.slots.length);
  // A dynamic supervisor's children have no order.
  if (supervisor.kind !== 'supervisor')
    sameSet(
      what,
      children.map(({ pid }) => pid as AnyPid),
      supervisor.slots.map(({ member }) => member?.pid as AnyPid),
    );
  else
    for (const [i, { spec, member }] of supervisor.slots.entries()) {
      expectSame(`${what}, number ${i}`, children[i]?.childId, spec?.id);
      expectSame(`${what}, number ${i}`, children[i]?.pid, member?.pid);
    }
};

const sameSet = (what: string, actual: readonly AnyPid[], expected: readonly AnyPid[]): void => {
  const sorted = (pids: readonly AnyPid[]) => pids.map(String).sort().join(' ');
  if (actual.length !== expected.length || sorted(actual) !== sorted(expected))
    throw new Violation(`${what}: expected ${sorted(expected)}, got ${sorted(actual)}`);
};
