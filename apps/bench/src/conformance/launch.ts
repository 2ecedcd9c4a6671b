import type { Context, MonitorRef, Pid } from '@memvisor/supervisor';
import { actorBody } from './actor.js';
import { type Steps, wait } from './generators.js';
import type { Op } from './program.js';
import type { World } from './world.js';

/** Starts an actor from process `ctx` and waits until it has set itself up. */
export function* launch(world: World, op: Op, ctx: Context): Steps<readonly [Pid, MonitorRef | undefined]> {
  let up: () => void = () => undefined;
  const isUp = new Promise<void>((resolve) => {
    up = resolve;
  });
  const body = actorBody(world, op.as as string, op.trap === true, up);
  const pid = op.link === true ? ctx.spawnLink(body) : ctx.spawn(body);
  const label = op.monitor;
  const ref = typeof label === 'string' ? ctx.monitor(pid) : undefined;
  yield* wait(isUp);
  if (typeof label === 'string' && ref !== undefined) world.bindRef(label, ref);
  return [pid, ref];
}
