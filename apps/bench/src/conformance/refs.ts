import {
  type AnyPid,
  type MonitorRef,
  type Pid,
  type ProcessName,
  processName,
  type ServerRef,
  type Via,
} from '@memvisor/supervisor';
import { badarg, ElixirException, functionClause } from './elixir-errors.js';
import { via } from './registry.js';
import { isTagged, type Term } from './terms.js';
import type { World } from './world.js';

/** What scripted servers accept. The terms are wrapped: the runtime wants messages with a `type`. */
export type Scripted = {
  readonly call: Request;
  readonly cast: Request;
  readonly info: Term;
};
/** A term as a request or a cast. */
export type Request = { readonly type: 'term'; readonly term: Term };

export const request = (term: Term): Request => ({ type: 'term', term });

export const isPid = (term: Term): term is Pid =>
  typeof term === 'object' && term !== null && 'system' in term && 'id' in term;

export const isRef = (term: Term): term is MonitorRef =>
  typeof term === 'object' && term !== null && 'target' in term;

/** Operations on processes take pids only. */
export const pidTerm = (term: Term): Pid => {
  if (!isPid(term)) throw badarg();
  return term;
};

/** What a GenServer function takes: a pid, an atom, a via tuple. */
export const serverRef = (world: World, term: Term): ServerRef<Scripted> => {
  if (isPid(term)) return term as Pid<Scripted>;
  if (isTagged(term, 'via', 3)) return via(world, term) as Via<Scripted>;
  if (typeof term === 'string') return processName<Scripted>(term);
  throw functionClause();
};

/** What `name:` takes. */
export const nameOption = (world: World, term: Term): ProcessName<Scripted> | Via<Scripted> => {
  if (isTagged(term, 'via', 3)) return via(world, term) as Via<Scripted>;
  if (typeof term === 'string') return processName<Scripted>(term);
  throw new ElixirException('ArgumentError');
};

/** `Kernel.send/2`: to a pid or a registered atom. */
export const sendTerm = (world: World, send: (to: AnyPid) => void, to: Term): void => {
  const pid = typeof to === 'string' ? world.system.whereis(processName(to)) : isPid(to) ? to : undefined;
  if (pid === undefined) throw badarg();
  send(pid);
};
