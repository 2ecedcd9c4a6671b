import type { ExitReason } from '../process/exit-reason.js';
import { tie } from '../process/links.js';
import type { Process } from '../process/process.js';
import { unlink } from '../process/signals.js';
import { sameValue } from './canonical-key.js';
import type { RegistryEntry, RegistryKeys } from './entry.js';
import { KeyMap } from './key-map.js';

/** An entry as the table keeps it; never changed, so that it can be handed out. */
export interface Entry extends RegistryEntry {
  readonly pid: Process;
}

type Owner = {
  readonly entries: Set<Entry>;
  readonly partition: number;
  readonly onEnd: (reason: ExitReason) => void;
};

/**
 * The entries of one running registry, by key and by owner. An owner is linked to the partition that keeps
 * its entries, and these are gone when it ends, before anybody is told of its end.
 */
export class RegistryTable {
  readonly meta = new Map<string, unknown>();
  /** The partition processes; `undefined` before it runs. */
  readonly partitions: (Process | undefined)[];
  /** Whether the registry runs. */
  live = true;
  /** How many entries there are. */
  count = 0;
  private readonly byKey = new KeyMap<Entry | Set<Entry>>();
  private readonly owners = new Map<Process, Owner>();

  constructor(
    readonly name: string,
    readonly keys: RegistryKeys,
    partitions: number,
    readonly listeners: readonly string[],
  ) {
    this.partitions = new Array<Process | undefined>(partitions).fill(undefined);
  }

  /** The entry of a unique key, while its owner lives. */
  one(key: unknown): Entry | undefined {
    const found = this.byKey.get(key);
    return found === undefined || found instanceof Set || found.pid.dead ? undefined : found;
  }

  /** The entries of a key, oldest first, without those whose owner has just ended. */
  all(key: unknown): Entry[] {
    const found = this.byKey.get(key);
    if (found === undefined) return [];
    if (!(found instanceof Set)) return found.pid.dead ? [] : [found];
    const entries: Entry[] = [];
    for (const entry of found) if (!entry.pid.dead) entries.push(entry);
    return entries;
  }

  /** Every entry. */
  *entries(): Generator<Entry> {
    for (const found of this.byKey.values()) {
      if (found instanceof Set) {
        for (const entry of found) if (!entry.pid.dead) yield entry;
      } else if (!found.pid.dead) yield found;
    }
  }

  /** An owner's entries, oldest first. */
  ownedBy(owner: Process): readonly Entry[] {
    const record = owner.dead ? undefined : this.owners.get(owner);
    return record === undefined ? [] : [...record.entries];
  }

  /** An owner's entries under one key, oldest first. */
  ownedUnder(owner: Process, key: unknown): readonly Entry[] {
    if (this.keys === 'duplicate') return this.ownedBy(owner).filter((entry) => sameValue(entry.key, key));
    const entry = this.one(key);
    return entry?.pid === owner ? [entry] : [];
  }

  /** The partition process that a process's entries belong to. */
  partitionOf(owner: Process): Process | undefined {
    return this.partitions[owner.id % this.partitions.length];
  }

  /** Adds an entry and ties its owner to `partition`. The caller has seen to it that the key is free. */
  add(owner: Process, key: unknown, value: unknown, partition: Process): void {
    const entry: Entry = { key, pid: owner, value };
    const found = this.keys === 'unique' ? undefined : this.byKey.get(key);
    if (found === undefined) this.byKey.set(key, entry);
    else if (found instanceof Set) found.add(entry);
    else this.byKey.set(key, new Set([found, entry]));
    this.count++;
    this.ownerRecord(owner, partition).entries.add(entry);
  }

  /** The same entry with another value. */
  replace(old: Entry, value: unknown): void {
    const entry: Entry = { ...old, value };
    this.byKey.set(entry.key, entry);
    const record = this.owners.get(old.pid);
    record?.entries.delete(old);
    record?.entries.add(entry);
  }

  /** Removes entries of one owner; with its last one the link goes as well. */
  remove(owner: Process, entries: Iterable<Entry>): void {
    const record = this.owners.get(owner);
    if (record === undefined) return;
    for (const entry of entries) if (record.entries.delete(entry)) this.forgetKey(entry);
    if (record.entries.size > 0) return;
    this.owners.delete(owner);
    stopListening(owner, record);
    const partition = this.partitions[record.partition];
    if (partition !== undefined) unlink(partition, owner);
  }

  /** A partition process has ended: what it kept is lost. Its links tell the owners. */
  dropPartition(at: number): void {
    for (const [owner, record] of this.owners) {
      if (record.partition !== at) continue;
      this.owners.delete(owner);
      stopListening(owner, record);
      for (const entry of record.entries) this.forgetKey(entry);
    }
    this.partitions[at] = undefined;
  }

  private ownerRecord(owner: Process, partition: Process): Owner {
    const known = this.owners.get(owner);
    if (known !== undefined) return known;
    tie(owner, partition);
    const record: Owner = {
      entries: new Set(),
      partition: this.partitions.indexOf(partition),
      onEnd: () => this.ownerEnded(owner, record),
    };
    this.owners.set(owner, record);
    owner.endListeners ??= [];
    // First of all: who hears of the end by another listener must not find the entries any more.
    owner.endListeners.unshift(record.onEnd);
    return record;
  }

  private ownerEnded(owner: Process, record: Owner): void {
    this.owners.delete(owner);
    for (const entry of record.entries) this.forgetKey(entry);
  }

  private forgetKey(entry: Entry): void {
    const found = this.byKey.get(entry.key);
    if (found instanceof Set) {
      if (!found.delete(entry)) return;
      if (found.size === 0) this.byKey.delete(entry.key);
    } else if (found === entry) this.byKey.delete(entry.key);
    else return;
    this.count--;
  }
}

const stopListening = (owner: Process, { onEnd }: Owner): void => {
  const { endListeners } = owner;
  if (endListeners === undefined) return;
  endListeners.splice(endListeners.indexOf(onEnd) >>> 0, 1);
  if (endListeners.length === 0) owner.endListeners = undefined;
};
