// The processes that the soak runs on: they do what they are told and count what they hear.
import {
  type AnyPid,
  actions,
  type Call,
  CallMessage,
  CastMessage,
  type Context,
  defineGenServer,
  defineStateMachine,
  type ExitReason,
  type From,
  keepState,
  nextState,
  noreply,
  ok,
  type ProcessBody,
  startIn,
  stop,
} from '@memvisor/supervisor';

/** What a worker does in its own process. */
export type Act = (ctx: Context) => void;

export type WorkerProtocol = {
  call: Call<{ type: 'hold'; number: number }, 'released'>;
  cast:
    | { type: 'do'; act: Act }
    | { type: 'leave'; reason: ExitReason }
    | { type: 'release'; number: number }
    /** A server hears of it when no message comes within this time; a state machine in any case. */
    | { type: 'arm'; delayMs: number };
  info: { type: 'ping' };
};

/** One incarnation of a worker, as the soak sees it. */
export class Incarnation {
  heard = 0;
  readonly held = new Map<number, From<'released'>>();
  constructor(readonly pid: AnyPid) {}
}

export interface WorkerArgs {
  readonly traps: boolean;
  readonly stubborn: boolean;
  readonly started: (pid: AnyPid) => Incarnation;
}

export class Crash extends Error {}

const release = ({ held }: Incarnation, number: number, ctx: Pick<Context, 'reply'>): void => {
  const from = held.get(number);
  held.delete(number);
  if (from !== undefined) ctx.reply(from, 'released');
};

/** Asked to shut down, a stubborn one never comes to an end by itself. */
const hesitate = (stubborn: boolean, reason: ExitReason): Promise<void> | undefined =>
  stubborn && reason === 'shutdown' ? new Promise(() => undefined) : undefined;

interface ServerState {
  readonly self: Incarnation;
  readonly stubborn: boolean;
}

export const server = defineGenServer<WorkerProtocol, ServerState, WorkerArgs>({
  name: 'server',
  init: ({ traps, stubborn, started }, ctx) => {
    if (traps) ctx.trapExit(true);
    return ok({ self: started(ctx.self), stubborn });
  },
  call: {
    hold: ({ number }, state, from) => {
      state.self.held.set(number, from);
      return noreply(state);
    },
  },
  cast: {
    do: ({ act }, state, ctx) => {
      act(ctx as Context);
      return noreply(state);
    },
    leave: ({ reason }, state) => stop(reason, state),
    release: ({ number }, state, ctx) => {
      release(state.self, number, ctx);
      return noreply(state);
    },
    arm: ({ delayMs }, state) => noreply(state, { timeoutMs: delayMs }),
  },
  info: (_message, state) => {
    state.self.heard++;
    return noreply(state);
  },
  terminate: (reason, { stubborn }) => hesitate(stubborn, reason),
});

type MachineState =
  | { readonly name: 'calm'; readonly self: Incarnation }
  | { readonly name: 'armed'; readonly self: Incarnation };

/** The same as a state machine; armed, it sets calls aside and takes them up when its timeout has come. */
export const machine = defineStateMachine<WorkerProtocol, MachineState, WorkerArgs>({
  name: 'machine',
  init: ({ started }, ctx) => startIn({ name: 'calm', self: started(ctx.self) }),
  handleEvent: (event, state, ctx) => {
    const { self } = state;
    switch (event.type) {
      case 'call':
        if (state.name === 'armed') return keepState(undefined, [actions.postpone()]);
        self.held.set(event.content.number, event.from);
        return keepState();
      case 'cast':
        switch (event.content.type) {
          case 'do':
            event.content.act(ctx as Context);
            return keepState();
          case 'leave':
            return stop(event.content.reason);
          case 'release':
            release(self, event.content.number, ctx);
            return keepState();
          case 'arm':
            return nextState({ name: 'armed', self }, [actions.stateTimeout(event.content.delayMs)]);
        }
        break;
      case 'state_timeout':
        self.heard++;
        return nextState({ name: 'calm', self });
      default:
        self.heard++;
    }
    return keepState();
  },
});

/** The same as a bare process, or as the work of a task; it returns when it is told to leave. */
export const body =
  (traps: boolean, started: (pid: AnyPid) => Incarnation): ProcessBody =>
  async (ctx) => {
    if (traps) ctx.trapExit(true);
    const self = started(ctx.self);
    for (;;) {
      const message = await ctx.receive();
      if (message instanceof CallMessage)
        self.held.set((message.request as { number: number }).number, message.from as From<'released'>);
      else if (message instanceof CastMessage) {
        const cast = message.message as WorkerProtocol['cast'];
        if (cast.type === 'do') cast.act(ctx);
        else if (cast.type === 'release') release(self, cast.number, ctx);
        else if (cast.type === 'leave') {
          if (cast.reason === 'normal') return;
          ctx.exitSelf(cast.reason);
        }
      } else self.heard++;
    }
  };
