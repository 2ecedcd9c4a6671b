import type { Context, System } from '../../src/index.js';

/** A process that does nothing by itself, and its context. */
export const actor = (system: System, { trap = false } = {}): Promise<Context> =>
  new Promise((started) => {
    system.spawn(async (ctx) => {
      ctx.trapExit(trap);
      started(ctx);
      await ctx.receive(() => false);
    });
  });

/** Two of them. */
export const actors = (system: System): Promise<[Context, Context]> =>
  Promise.all([actor(system), actor(system)]);
