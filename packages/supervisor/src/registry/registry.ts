import { ArgumentError } from '../process/errors.js';
import { Tag } from '../process/messages.js';
import { recipient } from '../process/names.js';
import { type AnyPid, type Pid, processOf } from '../process/pid.js';
import type { Process } from '../process/process.js';
import type { System } from '../process/system.js';
import type { RegistryEntry, RegistryKeys } from './entry.js';
import type { Guard } from './guards.js';
import { entryMatcher, valueMatcher } from './matcher.js';
import type { Pattern } from './pattern.js';
import { runningTable } from './registry-process.js';
import type { Entry, RegistryTable } from './table.js';

/** A process that registers itself: the context of its callbacks, or anything else that has its pid. */
export type Owner<P> = { readonly self: unknown extends P ? AnyPid : Pid<P> };

/** A process has registered. */
export interface Registered {
  readonly ok: true;
  /** The registry's process that the owner is now linked to. */
  readonly partition: AnyPid;
}

/** The unique key belongs to `pid`. */
export interface AlreadyRegistered<P = unknown> {
  readonly ok: false;
  readonly kind: 'already_registered';
  readonly pid: Pid<P>;
}

/** The value argument of `register`: may be left out where the registry's values may be `undefined`. */
export type ValueArgument<Value> = undefined extends Value ? [value?: Value] : [value: Value];

/** Chooses entries by their value: a pattern, or a function of value and pid. */
export type ValueFilter<Value, P> = Pattern<Value> | ((value: Value, pid: Pid<P>) => boolean);

/** Chooses entries by key, pid and value: a pattern of such an object, or a function of the entry. */
export type EntryFilter<Key, Value, P> =
  | Pattern<RegistryEntry<Key, Value, P>>
  | ((entry: RegistryEntry<Key, Value, P>) => boolean);

/**
 * What can be done with a running registry of either kind. Every method throws an `ArgumentError` when no
 * registry runs under its name. Entries come oldest first; those of a process that has ended never come.
 */
export class Registry<
  Key = unknown,
  Value = unknown,
  P = unknown,
  Meta = { readonly [key: string]: unknown },
> {
  private table: RegistryTable | undefined;

  constructor(
    /** The registry's name; its process is registered under the same. */
    readonly name: string,
    protected readonly system: System,
  ) {}

  /** Every entry of `key`: one at most where keys are unique. */
  lookup(key: Key): RegistryEntry<Key, Value, P>[] {
    return this.entriesOf(key);
  }

  /** The keys of a process, one for each of its entries. Empty for a process that has none or has ended. */
  keys(pid: AnyPid): Key[] {
    return this.running()
      .ownedBy(processOf(pid))
      .map((entry) => entry.key as Key);
  }

  /** The values that a process has under `key`. */
  values(key: Key, pid: AnyPid): Value[] {
    return this.running()
      .ownedUnder(processOf(pid), key)
      .map((entry) => entry.value as Value);
  }

  /** How many entries there are. */
  count(): number {
    return this.running().count;
  }

  /**
   * The entries of `key` whose value fits `filter` and all `guards`.
   *
   * @throws {ArgumentError} For a guard with an unknown operator or a variable that the pattern doesn't have.
   * @example
   * rooms.match('lobby', { seats: variable(1) }, [['>', variable(1), 4]]);
   * rooms.match('lobby', ({ seats }) => seats > 4);
   */
  match(
    key: Key,
    filter: ValueFilter<Value, P>,
    guards: readonly Guard[] = [],
  ): RegistryEntry<Key, Value, P>[] {
    return this.entriesOf(key).filter(valueMatcher(filter, guards));
  }

  /** How many entries {@link Registry.match} would give. */
  countMatch(key: Key, filter: ValueFilter<Value, P>, guards: readonly Guard[] = []): number {
    return this.match(key, filter, guards).length;
  }

  /**
   * The entries of all keys that fit `filter` and all `guards`. Looks at every entry.
   *
   * @example
   * rooms.select({ value: { seats: variable(1) } }, [['>', variable(1), 4]]);
   */
  select(filter: EntryFilter<Key, Value, P>, guards: readonly Guard[] = []): RegistryEntry<Key, Value, P>[] {
    const fits = entryMatcher(filter, guards);
    const entries: RegistryEntry<Key, Value, P>[] = [];
    for (const entry of this.running().entries())
      if (fits(entry)) entries.push(entry as unknown as RegistryEntry<Key, Value, P>);
    return entries;
  }

  /** How many entries {@link Registry.select} would give. */
  countSelect(filter: EntryFilter<Key, Value, P>, guards: readonly Guard[] = []): number {
    return this.select(filter, guards).length;
  }

  /** Hands all entries of `key` to `visit`; not called when there are none. */
  dispatch(key: Key, visit: (entries: readonly RegistryEntry<Key, Value, P>[]) => void): void {
    const entries = this.entriesOf(key);
    if (entries.length > 0) visit(entries);
  }

  /** Removes all entries that `owner` has under `key`, if any. */
  unregister(owner: Owner<P>, key: Key): void {
    const process = processOf(owner.self);
    const table = this.running();
    if (process.dead) return;
    this.give(table, process, key, table.ownedUnder(process, key));
  }

  /** Removes those entries of `owner` under `key` whose value fits. */
  unregisterMatch(
    owner: Owner<P>,
    key: Key,
    filter: ValueFilter<Value, P>,
    guards: readonly Guard[] = [],
  ): void {
    const process = processOf(owner.self);
    const table = this.running();
    if (process.dead) return;
    const own = table.ownedUnder(process, key);
    const going = own.filter(valueMatcher(filter, guards));
    // As in Elixir, listeners hear of it when the owner has left the key for good.
    if (going.length === own.length) this.give(table, process, key, own);
    else table.remove(process, going);
  }

  /** A value kept with the registry itself; `undefined` when there is none. Cheap enough for every message. */
  meta<Name extends keyof Meta & string>(key: Name): Meta[Name] | undefined {
    checkMetaKey(key);
    return this.running().meta.get(key) as Meta[Name] | undefined;
  }

  /** Whether the registry keeps a value under this metadata key. */
  hasMeta(key: keyof Meta & string): boolean {
    checkMetaKey(key);
    return this.running().meta.has(key);
  }

  /** Keeps a value with the registry; it goes when the registry ends. */
  putMeta<Name extends keyof Meta & string>(key: Name, value: Meta[Name]): void {
    checkMetaKey(key);
    this.running().meta.set(key, value);
  }

  /** Forgets a value kept with the registry. */
  deleteMeta(key: keyof Meta & string): void {
    checkMetaKey(key);
    this.running().meta.delete(key);
  }

  /** Whether one key may belong to one process or to many. */
  get kind(): RegistryKeys {
    return this.running().keys;
  }

  /** @internal */
  protected running(): RegistryTable {
    const { table } = this;
    if (table?.live === true) return table;
    this.table = runningTable(this.system, this.name);
    if (this.table === undefined) throw new ArgumentError(`unknown registry: "${this.name}"`);
    return this.table;
  }

  /** @internal */
  protected add(process: Process, key: unknown, value: unknown): Registered | AlreadyRegistered<P> {
    const table = this.running();
    process.mustLive();
    const holder = table.keys === 'unique' ? table.one(key) : undefined;
    if (holder !== undefined)
      return { ok: false, kind: 'already_registered', pid: holder.pid as unknown as Pid<P> };
    const partition = table.partitionOf(process);
    if (partition === undefined) throw new ArgumentError(`registry "${this.name}" is being restarted`);
    table.add(process, key, value, partition);
    this.tell(table, { type: 'register', registry: this.name, key, pid: process, value });
    return { ok: true, partition };
  }

  private entriesOf(key: Key): RegistryEntry<Key, Value, P>[] {
    return this.running().all(key) as unknown as RegistryEntry<Key, Value, P>[];
  }

  private give(table: RegistryTable, process: Process, key: unknown, entries: readonly Entry[]): void {
    table.remove(process, entries);
    this.tell(table, { type: 'unregister', registry: this.name, key, pid: process });
  }

  private tell(table: RegistryTable, message: object): void {
    for (const name of table.listeners) recipient(this.system, { name }).deliver(Tag.info, message);
  }
}

const checkMetaKey = (key: unknown): void => {
  if (typeof key !== 'string') throw new ArgumentError(`a metadata key is a text, got ${String(key)}`);
};
