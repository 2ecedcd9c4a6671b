import type { Process } from './process.js';

declare const protocolOf: unique symbol;

/** A process's identity, whatever it accepts. It never comes to mean another process. */
export interface AnyPid {
  /** A number that no other process of this Node process has. */
  readonly id: number;
  /** As OTP prints it: `<0.17>`. */
  toString(): string;
}

/** The identity of a process that accepts protocol `P`. */
export interface Pid<in out P = unknown> extends AnyPid {
  readonly [protocolOf]?: (protocol: P) => P;
}

/** A registered name that carries the protocol of the process behind it. */
export interface ProcessName<in out P = unknown> {
  readonly name: string;
  readonly [protocolOf]?: (protocol: P) => P;
}

/**
 * A name for a process of protocol `P`. The same text is the same name.
 *
 * @example
 * const counterName = processName<Counter>('counter');
 * await call(counterName, { type: 'get' });
 */
export const processName = <P>(name: string): ProcessName<P> => Object.freeze({ name });

/** Finds and registers processes on behalf of a via name, as a Registry does. */
export interface ViaModule {
  /** The live process under the key. */
  whereisName(key: unknown): AnyPid | undefined;
  /** Who a cast goes to, where that is not `whereisName`'s answer. */
  castRecipient?(key: unknown): AnyPid | undefined;
  /** Registers the process; `false` when the key is taken. */
  registerName(key: unknown, pid: AnyPid, value: unknown): boolean;
  /** Gives the key up. */
  unregisterName(key: unknown): void;
}

/** `{:via, Registry, {Name, Key}}` in Elixir: a name that another module keeps. */
export interface Via<in out P = unknown> {
  readonly via: ViaModule;
  readonly key: unknown;
  readonly value?: unknown;
  readonly [protocolOf]?: (protocol: P) => P;
}

/** Whatever can be called: a pid, a registered name, a via name. */
export type ServerRef<P = unknown> = Pid<P> | ProcessName<P> | Via<P>;
/** A {@link ServerRef} whatever its protocol. */
export type AnyRef = AnyPid | { readonly name: string } | Omit<Via, typeof protocolOf>;

export const isVia = (ref: AnyRef): ref is Via => 'via' in ref;

/** Pids are the process objects themselves, seen through a narrower type. */
export const processOf = (pid: AnyPid): Process => pid as Process;
