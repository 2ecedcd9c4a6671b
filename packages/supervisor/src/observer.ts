import { defaultSystem } from './default-system.js';
import { linksOf } from './process/links.js';
import type { AnyPid } from './process/pid.js';
import { processOf } from './process/pid.js';
import type { Process } from './process/process.js';
import type { System } from './process/system.js';
import { type SupervisedChild, supervisedAs, supervisedBy, supervisedCount } from './supervision/observe.js';

/** One process as an observer sees it, or a child that its supervisor knows and that has no process now. */
export interface ObservedProcess {
  readonly pid: AnyPid | undefined;
  /** What it is registered under. */
  readonly name: string | undefined;
  /** The behaviour: `'gen_server'`, `'supervisor'`, `'function'` … */
  readonly kind: string | undefined;
  /** The definition's name. */
  readonly label: string | undefined;
  /**
   * `'waiting'` for a message; `'running'`: a callback is at work or a message is about to be handled;
   * `'suspended'` by `sys.suspend`; `'restarting'` or `'stopped'`: a child without a process.
   */
  readonly status: 'waiting' | 'running' | 'suspended' | 'restarting' | 'stopped';
  /** Messages that wait. */
  readonly mailbox: number;
  /** Processes that it is linked to. */
  readonly links: number;
  /** The id of its child spec, where it has a supervisor. */
  readonly childId: unknown;
  /** How often its supervisor has started it again. */
  readonly restarts: number;
  /** What it is under in the tree: its supervisor, or else the process that started it, while that lives. */
  readonly owner: AnyPid | undefined;
}

/** A process with all that is under it. */
export interface ObservedTree extends ObservedProcess {
  readonly children: readonly ObservedTree[];
  /** How many more children there are than `children` holds. */
  readonly omitted: number;
}

/** What `observer.tree` shows. */
export interface TreeOptions {
  /** The system to look at. Default: the default system. */
  readonly system?: System;
  /** Most children shown of one process; the rest is counted in `omitted`. Default: Infinity. */
  readonly maxChildren?: number;
}

/**
 * Every live process as a forest: supervised processes under their supervisor in start order, any other
 * under the process that started it, and those whose starter is gone at the top. Read from the runtime's
 * own tables: no process is asked, so that one that hangs hides nothing. With n processes it costs time in
 * proportion to n; to look at one process or page through many children use {@link observe} and
 * {@link observeChildren}.
 */
const tree = ({
  system = defaultSystem,
  maxChildren = Number.POSITIVE_INFINITY,
}: TreeOptions = {}): readonly ObservedTree[] => {
  const started = new Map<Process | undefined, Process[]>();
  const adopted = childrenStartedElsewhere(system);
  for (const pid of system.processes()) {
    const process = processOf(pid);
    const owner = adopted.get(process) ?? liveParent(process);
    if (owner !== undefined && supervisedAs(owner, process) !== undefined) continue;
    const siblings = started.get(owner);
    if (siblings === undefined) started.set(owner, [process]);
    else siblings.push(process);
  }
  const roots: ObservedTree[] = [];
  // A queue and not a recursion: processes that start one another make deep trees.
  const found: Found[] = (started.get(undefined) ?? []).map((process) => ({ process, under: roots }));
  for (let at = 0; at < found.length; at++) {
    const { process, under, owner, child } = found[at] as Found;
    if (process === undefined) {
      under.push({ ...absent(owner as Process, child as SupervisedChild), children: [], omitted: 0 });
      continue;
    }
    const others = started.get(process) ?? [];
    const children: ObservedTree[] = [];
    const all = supervisedCount(process) + others.length;
    let left = maxChildren;
    for (const one of supervisedBy(process) ?? []) {
      if (left-- <= 0) break;
      found.push({ process: one.process, under: children, owner: process, child: one });
    }
    for (const one of others) {
      if (left-- <= 0) break;
      found.push({ process: one, under: children, owner: process });
    }
    const omitted = Math.max(0, all - maxChildren);
    under.push({ ...present(process, owner, child), children, omitted });
  }
  return roots;
};

/** A process, or a child without one, and the list that it comes into. */
interface Found {
  readonly process: Process | undefined;
  readonly under: ObservedTree[];
  readonly owner?: Process;
  readonly child?: SupervisedChild;
}

/** One process, at the cost of one; `undefined` when it is gone. */
const observe = (pid: AnyPid): ObservedProcess | undefined => {
  const process = processOf(pid);
  if (process.dead) return undefined;
  const owner = liveParent(process);
  return present(process, owner, owner === undefined ? undefined : supervisedAs(owner, process));
};

/**
 * A supervisor's children one by one, in start order, each read when it is asked for: take as many as you
 * show and go on later. Children that come and go meanwhile don't disturb it. Nothing for other processes.
 */
function* observeChildren(pid: AnyPid): Generator<ObservedProcess> {
  const supervisor = processOf(pid);
  for (const child of supervisedBy(supervisor) ?? [])
    yield child.process === undefined ? absent(supervisor, child) : present(child.process, supervisor, child);
}

/** Looks at the processes of a system from outside, without sending any of them a message. */
export const observer: {
  readonly tree: typeof tree;
  readonly process: typeof observe;
  readonly children: typeof observeChildren;
} = { tree, process: observe, children: observeChildren };

const liveParent = ({ parent }: Process): Process | undefined =>
  parent?.dead === false ? parent : undefined;

/** Supervised processes that something else than their supervisor has started. */
const childrenStartedElsewhere = (system: System): Map<Process, Process> => {
  const adopted = new Map<Process, Process>();
  for (const pid of system.processes())
    for (const { process } of supervisedBy(processOf(pid)) ?? [])
      if (process !== undefined && process.parent !== pid) adopted.set(process, processOf(pid));
  return adopted;
};

const present = (process: Process, owner: Process | undefined, child?: SupervisedChild): ObservedProcess => ({
  pid: process,
  name: process.registeredName,
  kind: process.behaviour.kind,
  label: process.behaviour.label,
  status: process.suspended ? 'suspended' : process.busy || process.queued ? 'running' : 'waiting',
  mailbox: (process.mailbox?.length ?? 0) + (process.behaviour.held?.(process) ?? 0),
  links: linksOf(process).length,
  childId: child?.spec.id,
  restarts: child === undefined ? 0 : Math.max(0, child.starts - 1),
  owner,
});

const absent = (supervisor: Process, { spec, restarting, starts }: SupervisedChild): ObservedProcess => ({
  pid: undefined,
  name: undefined,
  kind: undefined,
  label: undefined,
  status: restarting ? 'restarting' : 'stopped',
  mailbox: 0,
  links: 0,
  childId: spec.id,
  restarts: Math.max(0, starts - 1),
  owner: supervisor,
});
