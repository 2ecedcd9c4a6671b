import { defineGenServer, ok, type Pid } from '../../src/index.js';

/** Traps exits and takes `terminateMs` to end; for ever with `Infinity`. */
export const slow = defineGenServer<Record<never, never>, number, number>({
  name: 'slow',
  init: (terminateMs, ctx) => {
    ctx.trapExit(true);
    return ok(terminateMs);
  },
  terminate: async (_reason, terminateMs, ctx) => {
    if (terminateMs === Number.POSITIVE_INFINITY) await new Promise(() => undefined);
    await ctx.sleep(terminateMs);
  },
});

/** Ends at the first signal. */
export const quick = defineGenServer<Record<never, never>, undefined, void>({
  name: 'quick',
  init: () => ok(undefined),
});

/** Crashes when told. */
export const fragile = defineGenServer<{ info: 'crash' }, undefined, (pid: Pid<{ info: 'crash' }>) => void>({
  name: 'fragile',
  init: (started, ctx) => {
    started(ctx.self);
    return ok(undefined);
  },
  info: () => {
    throw new Error('fragile');
  },
});
