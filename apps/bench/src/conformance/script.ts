import { type Context, Exit, type From } from '@memvisor/supervisor';
import { ErlangThrow, functionClause, InvalidProgram, RuntimeError } from './elixir-errors.js';
import { type Steps, wait } from './generators.js';
import { monitorTerm } from './monitors.js';
import { pidTerm, request, type Scripted, sendTerm, serverRef } from './refs.js';
import type { ServerConfig } from './scripted-server.js';
import { type Json, Script, type Term, Tuple } from './terms.js';

/** A scripted server's state. Scripts make new ones: a callback that fails leaves the old one as it was. */
export interface ServerState {
  readonly config: ServerConfig;
  readonly data: readonly Term[];
  readonly saved: readonly (From | undefined)[];
  readonly from: From | undefined;
}

type Ctx = Context<Scripted>;
type Step = readonly [string, ...Json[]];

/** Runs the steps; gives what `return` said, if anything, and the new state. */
export function* runScript(
  script: readonly Json[],
  state: ServerState,
  ctx: Ctx,
): Steps<readonly [Json | undefined, ServerState]> {
  let current = state;
  for (const step of script as readonly Step[]) {
    if (step[0] === 'return') return [step[1], current];
    current = yield* runStep(step, current, ctx);
  }
  return [undefined, current];
}

function* log(state: ServerState, ctx: Ctx, tag: Term): Steps<ServerState> {
  const { world, label } = state.config;
  world.emit(label, 'log', { tag: world.codec.encode(tag) });
  yield* world.pause(ctx);
  return state;
}

const answer = (ctx: Ctx, from: From | undefined, value: Term): void => {
  if (from === undefined) throw functionClause();
  ctx.reply(from, value);
};

function* runStep([name, a, b, c]: Step, state: ServerState, ctx: Ctx): Steps<ServerState> {
  const { world } = state.config;
  const { decode, reason } = world.codec;
  const term = (json: Json | undefined): Term => decode(json as Json);
  const pid = (json: Json | undefined) => pidTerm(term(json));
  const server = (json: Json | undefined) => serverRef(world, term(json));
  const script = (json: Json | undefined) => new Script(json as readonly Json[]);
  switch (name) {
    case 'log':
      return yield* log(state, ctx, term(a));
    case 'log_data':
      return yield* log(state, ctx, state.data);
    case 'append':
      return { ...state, data: [...state.data, term(a)] };
    case 'sleep':
      // As in OTP, no time to sleep is no time for others.
      if (a !== 0) yield* wait(ctx.sleep(a as number));
      return state;
    case 'hang':
      yield new Promise(() => undefined);
      return state;
    case 'trap':
      ctx.trapExit(a as boolean);
      return state;
    case 'save_from':
      return { ...state, saved: [...state.saved, state.from] };
    case 'reply_saved': {
      if (state.saved.length === 0) return yield* log(state, ctx, 'nothing_saved');
      const [first, ...saved] = state.saved;
      answer(ctx, first, term(a));
      return { ...state, saved };
    }
    case 'reply_now':
      answer(ctx, state.from, term(a));
      return state;
    case 'info_self':
      ctx.send(ctx.self, script(a));
      return state;
    case 'cast_self':
      ctx.cast(ctx.self, request(script(a)));
      return state;
    case 'send_after':
      ctx.sendAfter(ctx.self, script(b), a as number);
      return state;
    case 'send': {
      const message = term(b);
      sendTerm(world, (to) => ctx.send(to as never, message as never), term(a));
      return state;
    }
    case 'raise':
      throw new RuntimeError(a as string);
    case 'throw':
      throw new ErlangThrow(term(a));
    case 'exit':
      throw new Exit(reason(a as Json));
    case 'exit_signal':
      ctx.exit(pid(a), reason(b as Json));
      return state;
    case 'link':
      ctx.link(pid(a));
      return state;
    case 'monitor':
      monitorTerm(ctx, world, term(a));
      return state;
    case 'call':
      return yield* log(
        state,
        ctx,
        new Tuple('called', yield* wait(ctx.call(server(a), request(script(b)), c as number))),
      );
    case 'try_call':
      return yield* log(
        state,
        ctx,
        yield* tryCall(() => ctx.call(server(a), request(script(b)), c as number)),
      );
    case 'cast':
      ctx.cast(server(a), request(script(b)));
      return state;
    case 'stop_call':
      yield* wait(ctx.stop(server(a), reason(b as Json), c as number));
      return yield* log(state, ctx, new Tuple('stopped', 'ok'));
    default:
      throw new InvalidProgram(`unknown step "${name}"`);
  }
}

function* tryCall(call: () => Promise<unknown>): Steps<Term> {
  try {
    return new Tuple('called', (yield* wait(call())) as Term);
  } catch (thrown) {
    if (thrown instanceof Exit) return new Tuple('caught', thrown.reason);
    throw thrown;
  }
}
