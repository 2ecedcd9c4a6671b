import {
  type Call,
  type ChildSpec,
  type ChildSpecOverrides,
  type Context,
  childSpec,
  defineGenServer,
  type ExitReason,
  noreply,
  ok,
  type Pid,
  reply,
  stop,
  type TypedChildSpec,
} from '../../src/index.js';

/** A server that ends when told, and writes down what happens to it. */
export type Worker = {
  call: Call<{ type: 'whoami' }, string>;
  cast: { type: 'end'; reason: ExitReason };
};

export interface WorkerArgs {
  readonly id: string;
  readonly log: string[];
  /** Traps exits, so that it gets to terminate. */
  readonly trap?: boolean;
  /** What `terminate` does beside writing. */
  readonly terminate?: (ctx: Context<Worker>) => void | Promise<void>;
}

export const worker = defineGenServer<Worker, WorkerArgs, WorkerArgs>({
  name: 'worker',
  init: (args, ctx) => {
    ctx.trapExit(args.trap ?? false);
    args.log.push(`start ${args.id}`);
    return ok(args);
  },
  call: { whoami: (_request, state) => reply(state.id, state) },
  cast: { end: ({ reason }, state) => stop(reason, state) },
  info: (_message, state) => noreply(state),
  terminate: (reason, { id, log, terminate }, ctx) => {
    log.push(`terminate ${id} ${String(reason)}`);
    return terminate?.(ctx);
  },
});

/** Specs of workers `a`, `b` … that write into one log. */
export const workersWith =
  (log: string[]) =>
  (
    id: string,
    { args, ...overrides }: ChildSpecOverrides<Worker> & { args?: Partial<WorkerArgs> } = {},
  ): TypedChildSpec<Worker> =>
    childSpec(worker, { id, log, trap: true, ...args }, { id, ...overrides });

/** A start function that fails, or doesn't, in turn; the last way repeats. */
export const startsInTurn = (
  spec: ChildSpec,
  turns: readonly ('ok' | 'ignore' | Error | string)[],
): ChildSpec => {
  let turn = 0;
  return {
    ...spec,
    start: (ctx) => {
      const how = turns[Math.min(turn++, turns.length - 1)];
      if (how === 'ok') return spec.start(ctx);
      if (how === 'ignore') return { ok: false, kind: 'ignore' };
      if (how instanceof Error) throw how;
      return { ok: false, kind: 'error', reason: how as string };
    },
  };
};

/** The pid of a start that must have succeeded. */
export const pidOf = <P>(started: { readonly ok: boolean; readonly pid?: Pid<P> | undefined }): Pid<P> => {
  if (started.pid === undefined) throw new Error(`did not start: ${JSON.stringify(started)}`);
  return started.pid;
};
