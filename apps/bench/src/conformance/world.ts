import { type AnyPid, type Context, type MonitorRef, type System, subscribe } from '@memvisor/supervisor';
import { createTestSystem, type FakeClock } from '@memvisor/supervisor/testing';
import { type Codec, codec } from './codec.js';
import { Unresolved } from './elixir-errors.js';
import type { Steps } from './generators.js';
import type { ChildTemplate, Machine, Program } from './program.js';
import { canonical, type Json, type JsonObject, type Term } from './terms.js';

/** One event of a trace. */
export type Event = JsonObject & { readonly at: string; readonly ev: string };

/** Everything that belongs to one run of one program: its system, its clock, its labels and its events. */
export class World {
  readonly system: System;
  readonly clock: FakeClock;
  readonly codec: Codec;
  /** The first thing that went wrong with the program itself. */
  fault: Error | undefined;
  /** Registries by name. */
  readonly registries = new Map<string, object>();
  private readonly pids = new Map<string, AnyPid>();
  private readonly labels = new Map<AnyPid, string>();
  private readonly latest = new Map<string, string>();
  private readonly refs = new Map<string, MonitorRef>();
  private readonly refLabels = new Map<MonitorRef, string>();
  private readonly refNames = new Map<MonitorRef, string>();
  private readonly interned = new Map<string, Term>();
  private readonly generations = new Map<string, number>();
  /** Labelled processes whose end is an event. */
  private readonly watched = new Set<AnyPid>();
  /** Those that have ended before the current entry, and in it. */
  private readonly ended = new WeakSet<AnyPid>();
  private ending: AnyPid[] = [];
  private events: Event[] = [];
  private readonly unsubscribe: () => void;
  private readonly closeSystem: () => Promise<void>;

  constructor(
    readonly program: Program,
    private readonly pauses: boolean,
    /** How long actors wait after starting something, in milliseconds. */
    readonly momentMs: number,
  ) {
    const { system, clock, close } = createTestSystem();
    this.system = system;
    this.clock = clock;
    this.closeSystem = close;
    this.codec = codec(this);
    this.unsubscribe = subscribe(
      (event) => {
        if (event.type !== 'exit') return;
        this.ending.push(event.pid);
        if (this.watched.has(event.pid)) this.died(event.pid, event.reason);
      },
      ['exit'],
    );
  }

  /** Binds a label to a process; with `watch`, its end becomes a `died` event. */
  bind(label: string, pid: AnyPid, watch = true): void {
    this.pids.set(label, pid);
    this.labels.set(pid, label);
    const [base, generation] = label.split('#');
    if (generation !== undefined) this.latest.set(base as string, label);
    if (watch) this.watched.add(pid);
  }

  /** The process that a label means. */
  pidOf(label: string): AnyPid {
    const pid = this.pids.get(label) ?? this.pids.get(this.latest.get(label) ?? '');
    if (pid === undefined) throw new Unresolved(label);
    return pid;
  }

  /** Whether a process has ended before the current entry. */
  hasEnded(pid: AnyPid): boolean {
    return this.ended.has(pid);
  }

  labelOf(pid: AnyPid): string | undefined {
    return this.labels.get(pid);
  }

  bindRef(label: string, ref: MonitorRef): void {
    this.refs.set(label, ref);
    this.refLabels.set(ref, label);
  }

  refOf(label: string): MonitorRef {
    const ref = this.refs.get(label);
    if (ref === undefined) throw new Unresolved(label);
    return ref;
  }

  refLabelOf(ref: MonitorRef): string | undefined {
    return this.refLabels.get(ref);
  }

  /** Keeps that a monitor was asked for by name: its DOWN message then carries the name. */
  nameRef(ref: MonitorRef, name: string): void {
    this.refNames.set(ref, name);
  }

  nameOfRef(ref: MonitorRef): string | undefined {
    return this.refNames.get(ref);
  }

  /** The label of the next start of a supervised child. */
  nextGeneration(label: string): { readonly number: number; readonly label: string } {
    const number = (this.generations.get(label) ?? 0) + 1;
    this.generations.set(label, number);
    return { number, label: `${label}#${number}` };
  }

  template(name: string): ChildTemplate {
    return this.program.children[name] as ChildTemplate;
  }

  machine(name: string): Machine {
    return this.program.machines[name] as Machine;
  }

  /** The one object for all equal terms: the runtime compares ids and keys by identity. */
  intern(term: Term): Term {
    if (typeof term !== 'object' || term === null) return term;
    const text = canonical(this.codec.encode(term));
    const known = this.interned.get(text);
    if (known !== undefined) return known;
    this.interned.set(text, term);
    return term;
  }

  emit(at: string, ev: string, fields: { readonly [key: string]: Json } = {}): void {
    this.events.push({ at, ev, ...fields });
  }

  /**
   * In OTP telling the recorder of an event lets other processes run. Programs whose outcome depends on that
   * are races; with `pauses` they come out the other way.
   */
  *pause<P>(ctx: Context<P>): Steps<void> {
    if (this.pauses) yield ctx.sleep(0);
  }

  /** The events since the last time. */
  take(): readonly Event[] {
    const taken = this.events;
    this.events = [];
    for (const pid of this.ending) this.ended.add(pid);
    this.ending = [];
    return taken;
  }

  async close(): Promise<void> {
    this.unsubscribe();
    await this.closeSystem();
  }

  private died(pid: AnyPid, reason: Term): void {
    this.emit(this.labels.get(pid) as string, 'died', { reason: this.codec.encode(reason) });
  }
}
