import { defaultSystem } from '../default-system.js';
import { behaviourOf, type Definition } from '../process/behaviour.js';
import { ArgumentError, OptionError } from '../process/errors.js';
import { type Pid, processOf, type Via, type ViaModule } from '../process/pid.js';
import type { System } from '../process/system.js';
import {
  type AlreadyRegistered,
  type Owner,
  type Registered,
  Registry,
  type ValueArgument,
} from './registry.js';
import { RegistryBehaviour, type RegistrySettings } from './registry-process.js';

type AnyMeta = { readonly [key: string]: unknown };

/** How a registry is made. */
export interface RegistryOptions<Meta = AnyMeta> {
  /** Its name, unique in its system. Its process is registered under it as well. */
  readonly name: string;
  /** How many processes share the owners' links, at least 1. Default: 1. More change no answer. */
  readonly partitions?: number;
  /**
   * Names of processes that get a {@link RegisterMessage} or {@link UnregisterMessage} for each change that
   * an owner makes. As in OTP, where one of them isn't there the change is made and its maker gets a
   * `NoRecipientError`: start listeners before those who register. Default: none.
   */
  readonly listeners?: readonly string[];
  /** Metadata that is there from the start. */
  readonly meta?: Partial<Meta>;
  /** The system that it runs in. Default: the default system. */
  readonly system?: System;
}

/** A registry in which a key belongs to one process at a time, so that it can serve as a name. */
export class UniqueRegistry<Key = unknown, Value = undefined, P = unknown, Meta = AnyMeta> extends Registry<
  Key,
  Value,
  P,
  Meta
> {
  private readonly module: ViaModule = {
    whereisName: (key) => this.whereis(key as Key),
    // As Elixir's, a cast finds the one owner of a duplicate key, too.
    castRecipient: (key) => {
      const owners = this.lookup(key as Key);
      return owners.length === 1 ? owners[0]?.pid : undefined;
    },
    registerName: (key, pid, value) => {
      this.mustBeUnique();
      return this.add(processOf(pid), key, value).ok;
    },
    unregisterName: (key) => {
      const owner = this.whereis(key as Key);
      if (owner !== undefined) this.unregister({ self: owner } as Owner<P>, key as Key);
    },
  };

  /**
   * Puts `owner` under `key` until it unregisters or ends.
   *
   * @example
   * const cart = defineGenServer<Cart, Item[], string>({
   *   init: (user, ctx) => (carts.register(ctx, user).ok ? ok([]) : ignore()),
   *   …
   * });
   */
  register(owner: Owner<P>, key: Key, ...[value]: ValueArgument<Value>): Registered | AlreadyRegistered<P> {
    return this.add(processOf(owner.self), key, value);
  }

  /** The live process under `key`. */
  whereis(key: Key): Pid<P> | undefined {
    const table = this.mustBeUnique();
    return table.one(key)?.pid as unknown as Pid<P> | undefined;
  }

  /**
   * A name made of this registry and a key: wherever a server can be named, in `call`, `cast`, `stopServer`
   * and the option `name` of `start`. With a value, a process that starts under it is registered with that.
   *
   * @example
   * await start(cart, 'ada', { name: carts.via('ada') });
   * await call(carts.via('ada'), { type: 'items' });
   */
  via(key: Key, value?: Value): Via<P> {
    return { via: this.module, key, value };
  }

  /** Replaces the value that `owner` has under `key`. */
  updateValue(
    owner: Owner<P>,
    key: Key,
    change: (value: Value) => Value,
  ):
    | { readonly ok: true; readonly value: Value; readonly previous: Value }
    | { readonly ok: false; readonly kind: 'not_registered' } {
    const table = this.mustBeUnique();
    const entry = table.one(key);
    if (entry === undefined || entry.pid !== processOf(owner.self))
      return { ok: false, kind: 'not_registered' };
    const previous = entry.value as Value;
    const value = change(previous);
    table.replace(entry, value);
    return { ok: true, value, previous };
  }

  private mustBeUnique() {
    const table = this.running();
    if (table.keys !== 'unique')
      throw new ArgumentError(
        `registry "${this.name}" has duplicate keys: via names and updateValue need unique ones`,
      );
    return table;
  }
}

/** A registry in which many processes may share a key, as topics of publish and subscribe do. */
export class DuplicateRegistry<
  Key = unknown,
  Value = undefined,
  P = unknown,
  Meta = AnyMeta,
> extends Registry<Key, Value, P, Meta> {
  /**
   * Adds an entry of `owner` under `key`, also where it has one already.
   *
   * @example
   * topics.register(ctx, 'weather');
   * topics.dispatch('weather', (entries) => {
   *   for (const { pid } of entries) send(pid, { type: 'rain' });
   * });
   */
  register(owner: Owner<P>, key: Key, ...[value]: ValueArgument<Value>): Registered {
    const result = this.add(processOf(owner.self), key, value);
    if (result.ok) return result;
    throw new ArgumentError(`registry "${this.name}" has unique keys`);
  }
}

/** Starts it: hand it to `start`, `ctx.startLink` or `childSpec`, with `undefined` as arguments. */
export type RegistryDefinition = Definition<unknown, void>;

/** What {@link defineRegistry} makes: the registry's functions, and how it is started. */
export type Defined<R> = R & RegistryDefinition;

/**
 * Defines a registry: names for processes that keep themselves up to date. A process registers under keys,
 * with a value; its entries vanish when it ends, before anybody is told of its end. Keys are compared by
 * value: texts, numbers and pids, and also arrays and plain objects of them.
 *
 * With `keys: 'unique'` a key has one owner, and can stand for it wherever a server is named; with
 * `'duplicate'` a key has many, and `dispatch` reaches them all. For one process under one fixed name
 * `processName` is enough.
 *
 * @typeParam Key - What processes register under.
 * @typeParam Value - What they register with. Default: nothing.
 * @typeParam P - The protocol of the registered processes: others may not register, and `via` carries it.
 * @typeParam Meta - The metadata's values by key.
 * @throws {OptionError} For an option that can't be right.
 * @example
 * const carts = defineRegistry<string, undefined, Cart>({ name: 'carts', keys: 'unique' });
 * await start(carts, undefined);
 * await start(cart, 'ada', { name: carts.via('ada') });
 */
export function defineRegistry<Key = unknown, Value = undefined, P = unknown, Meta = AnyMeta>(
  options: RegistryOptions<Meta> & { readonly keys: 'unique' },
): Defined<UniqueRegistry<Key, Value, P, Meta>>;
export function defineRegistry<Key = unknown, Value = undefined, P = unknown, Meta = AnyMeta>(
  options: RegistryOptions<Meta> & { readonly keys: 'duplicate' },
): Defined<DuplicateRegistry<Key, Value, P, Meta>>;
export function defineRegistry(
  options: RegistryOptions & { readonly keys: 'unique' | 'duplicate' },
): Defined<UniqueRegistry | DuplicateRegistry> {
  const { name, keys, partitions = 1, listeners = [], meta = {}, system = defaultSystem } = options;
  const settings: RegistrySettings = { name, keys, partitions, listeners, meta, system };
  check(settings);
  const registry = keys === 'unique' ? new UniqueRegistry(name, system) : new DuplicateRegistry(name, system);
  return Object.assign(registry, { [behaviourOf]: new RegistryBehaviour(settings) });
}

/**
 * A registry known by its name only, of whatever kind: for tools that find names in data. Its methods throw
 * an `ArgumentError` while no registry runs under that name, and where its kind of keys doesn't fit.
 */
export const registryNamed = <Key = unknown, Value = unknown, P = unknown, Meta = AnyMeta>(
  name: string,
  system: System = defaultSystem,
): UniqueRegistry<Key, Value, P, Meta> => new UniqueRegistry(name, system);

const check = ({ name, keys, partitions, listeners }: RegistrySettings): void => {
  if (typeof name !== 'string' || name === '')
    throw new OptionError('name', name, 'a text that is not empty');
  if (keys !== 'unique' && keys !== 'duplicate')
    throw new OptionError('keys', keys, '"unique" or "duplicate"');
  if (!Number.isInteger(partitions) || partitions < 1)
    throw new OptionError('partitions', partitions, 'a whole number from 1 on');
  if (!Array.isArray(listeners) || listeners.some((listener) => typeof listener !== 'string'))
    throw new OptionError('listeners', listeners, 'an array of process names');
};
