import type { AnyPid, Pid } from '../process/pid.js';

/** One registration: a process under a key, with a value. */
export interface RegistryEntry<Key = unknown, Value = unknown, P = unknown> {
  readonly key: Key;
  readonly pid: Pid<P>;
  readonly value: Value;
}

/** Whether one key may belong to one process or to many. */
export type RegistryKeys = 'unique' | 'duplicate';

/** What a listener gets when a process registers. */
export interface RegisterMessage<Key = unknown, Value = unknown> {
  readonly type: 'register';
  /** The registry's name. */
  readonly registry: string;
  readonly key: Key;
  readonly pid: AnyPid;
  readonly value: Value;
}

/** What a listener gets when a process gives a key up. Not when it ends: monitor it for that. */
export interface UnregisterMessage<Key = unknown> {
  readonly type: 'unregister';
  /** The registry's name. */
  readonly registry: string;
  readonly key: Key;
  readonly pid: AnyPid;
}
