// Registered names and entries in registries.
import { processName } from '@memvisor/supervisor';
import type { Entry, Member } from '../member.js';
import { anyWorker, expectSame, type Operation, obeys, operation, pick } from '../operation.js';
import { duplicateName, uniqueName } from '../spec.js';
import type { WorkerProtocol } from '../workers.js';
import { pidOf } from '../world.js';

/** Few keys, so that they are taken now and then. */
const keyCount = 40;
const nameCount = 60;

interface Named {
  readonly member: Member;
  readonly name: string;
}
interface Keyed {
  readonly member: Member;
  readonly registry: string;
  readonly key: string;
}

export const names: readonly Operation[] = [
  operation<Named>({
    name: 'register a name',
    weight: 3,
    choose: (model, { a, b }) => {
      const name = `name ${b % nameCount}`;
      const member = pick(model, a, (one) => obeys(one) && one.name === undefined);
      return member && !model.names.has(name) ? { member, name } : undefined;
    },
    run: ({ member, name }, model, world) => {
      world.system.register(processName<WorkerProtocol>(name), pidOf(member));
      model.giveName(member, name);
      return undefined;
    },
    describe: ({ member, name }) => `${member.label} ${member.pid} as ${name}`,
  }),
  operation<Named>({
    name: 'unregister a name',
    weight: 1,
    choose: (model, { b }) => {
      const taken = [...model.names.keys()].filter((name) => name.startsWith('name '));
      const name = taken[b % Math.max(1, taken.length)];
      const member = name === undefined ? undefined : model.names.get(name);
      return member && name !== undefined ? { member, name } : undefined;
    },
    run: ({ member, name }, model, world) => {
      world.system.unregister(processName(name));
      model.names.delete(name);
      member.name = undefined;
      return undefined;
    },
    describe: ({ name }) => name,
  }),
  operation<Keyed>({
    name: 'register in a registry',
    weight: 6,
    choose: (model, { a, b, c }) => {
      const member = anyWorker(model, a);
      const registry = b % 2 === 0 ? uniqueName : duplicateName;
      return member && model.names.has(registry)
        ? { member, registry, key: `key ${c % keyCount}` }
        : undefined;
    },
    run: ({ member, registry, key }, model, world) => {
      const partition = model.names.get(registry)?.slots[0]?.member;
      if (partition === undefined) return undefined;
      const taken = registry === uniqueName && [...partition.entries].some((entry) => entry.key === key);
      const value = model.number();
      const owner = { self: pidOf(member) };
      const { ok } =
        registry === uniqueName
          ? world.unique.register(owner, key, value)
          : world.duplicate.register(owner, key, value);
      if (!taken) {
        const entry: Entry = { registry, key, value, owner: member, partition };
        member.entries.add(entry);
        partition.entries.add(entry);
        model.link(member, partition);
      }
      return () => expectSame(`${key} in ${registry} is free`, ok, !taken);
    },
    describe: ({ member, registry, key }) => `${member.label} ${member.pid} as ${key} in ${registry}`,
  }),
  operation<Keyed>({
    name: 'unregister from a registry',
    weight: 3,
    choose: (model, { a }) => {
      const own = (member: Member) => [...member.entries].find(({ owner }) => owner === member);
      const member = pick(model, a, (one) => own(one) !== undefined);
      const entry = member && own(member);
      return member && entry && { member, registry: entry.registry, key: entry.key };
    },
    run: ({ member, registry, key }, model, world) => {
      const owner = { self: pidOf(member) };
      (registry === uniqueName ? world.unique : world.duplicate).unregister(owner, key);
      for (const entry of [...member.entries])
        if (entry.registry === registry && entry.key === key) model.dropEntry(entry);
      const partition = model.names.get(registry)?.slots[0]?.member;
      if (partition !== undefined && ![...member.entries].some((entry) => entry.registry === registry))
        model.unlink(member, partition);
      return undefined;
    },
    describe: ({ member, registry, key }) => `${member.label} ${member.pid} as ${key} in ${registry}`,
  }),
];
