import { type Context, type MonitorRef, processName } from '@memvisor/supervisor';
import { badarg } from './elixir-errors.js';
import { isPid } from './refs.js';
import type { Term } from './terms.js';
import type { World } from './world.js';

/** `Process.monitor/1`: of a pid or a registered atom. */
export const monitorTerm = <P>(ctx: Context<P>, world: World, target: Term): MonitorRef => {
  if (isPid(target)) return ctx.monitor(target);
  if (typeof target !== 'string') throw badarg();
  const ref = ctx.monitor(processName(target));
  world.nameRef(ref, target);
  return ref;
};
