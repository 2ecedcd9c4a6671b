import {
  type Context,
  defineGenServer,
  type ExitReason,
  type From,
  ignore,
  type MaybePromise,
  noreply,
  ok,
  type ResultOptions,
  reply,
  stop,
  stopAndReply,
} from '@memvisor/supervisor';
import { ErlangThrow, InvalidProgram, Unresolved } from './elixir-errors.js';
import { drive, type Steps } from './generators.js';
import { asTerm } from './messages.js';
import { foreign, foreignStateError } from './raw-results.js';
import type { Request, Scripted } from './refs.js';
import { runScript, type ServerState } from './script.js';
import { Binary, isPlain, type Json, type JsonObject, Script, type Term, Tuple } from './terms.js';
import type { World } from './world.js';

/** What a scripted server is started with. */
export interface ServerConfig {
  readonly world: World;
  readonly label: string;
  /** A supervised child: it emits no `init`. */
  readonly supervised: boolean;
  readonly trap: boolean;
  /** Started under a via name: whoever listens to the registry hears of it before the label is taken. */
  readonly named: boolean;
  readonly init: readonly Json[];
  readonly terminate: readonly Json[];
  readonly on: { readonly [name: string]: readonly Json[] };
}

/** The fields of a `start` op or of a child template. */
export const serverConfig = (
  world: World,
  label: string,
  given: JsonObject,
  supervised: boolean,
): ServerConfig => ({
  world,
  label,
  supervised,
  trap: given.trap === true,
  named: isPlain(given.name ?? null),
  init: (given.init ?? []) as readonly Json[],
  terminate: (given.terminate ?? []) as readonly Json[],
  on: (given.on ?? {}) as ServerConfig['on'],
});

type Ctx = Context<Scripted>;
type Callback = 'init' | 'call' | 'other';

/** Runs a script as a callback. As in OTP, an uncaught throw counts as what the callback returns. */
const callback = (
  script: readonly Json[],
  state: ServerState,
  ctx: Ctx,
  which: Callback,
  tell?: () => void,
): MaybePromise<unknown> => {
  const { world } = state.config;
  function* steps(): Steps<unknown> {
    if (tell !== undefined) {
      tell();
      yield* world.pause(ctx);
    }
    try {
      const [returned, after] = yield* runScript(script, state, ctx);
      return result(world, returned, after, which);
    } catch (thrown) {
      if (thrown instanceof ErlangThrow) return foreign(thrown.value, which);
      if (thrown instanceof Unresolved)
        return foreign(new Tuple('unresolved', new Binary(thrown.label)), which);
      if (thrown instanceof InvalidProgram) world.fault ??= thrown;
      throw thrown;
    }
  }
  return drive(steps(), ctx.self);
};

/** What RET stands for; without one, the callback's default. */
const result = (world: World, returned: Json | undefined, state: ServerState, which: Callback): unknown => {
  const { decode, reason } = world.codec;
  if (returned === undefined)
    return which === 'init' ? ok(state) : which === 'call' ? reply('ok', state) : noreply(state);
  const [word, first, second] = returned as readonly [string, Json?, Json?];
  switch (`${which} ${word}`) {
    case 'init ok':
      return ok(state, options(first));
    case 'init ignore':
      return ignore();
    case 'call reply':
      return reply(decode(first as Json), state, options(second));
    case 'call reply_data':
      return reply(state.data, state);
    case 'call noreply':
    case 'other noreply':
      return noreply(state, options(first));
    case 'call stop':
      return second === undefined
        ? stop(reason(first as Json), state)
        : stopAndReply(reason(first as Json), decode(second), state);
    case 'init stop':
    case 'other stop':
      if (second !== undefined) break;
      return which === 'init' ? stop(reason(first as Json)) : stop(reason(first as Json), state);
    case 'init raw':
    case 'call raw':
    case 'other raw':
      return foreign(decode(first as Json), which);
  }
  throw new InvalidProgram(`a callback of kind ${which} can't return ${JSON.stringify(returned)}`);
};

const options = (given: Json | undefined): ResultOptions => {
  if (given === undefined || !isPlain(given)) return {};
  if ('timeout' in given) return { timeoutMs: given.timeout as number };
  if ('continue' in given) return { continue: new Script(given.continue as readonly Json[]) };
  return { hibernate: true };
};

const init = (config: ServerConfig, ctx: Ctx): MaybePromise<unknown> =>
  config.named ? ctx.sleep(0).then(() => begin(config, ctx)) : begin(config, ctx);

const begin = (config: ServerConfig, ctx: Ctx): MaybePromise<unknown> => {
  const { world, label } = config;
  world.bind(label, ctx.self);
  if (config.trap) ctx.trapExit(true);
  const state = { config, data: [], saved: [], from: undefined };
  const tell = config.supervised ? undefined : () => world.emit(label, 'init');
  return callback(config.init, state, ctx, 'init', tell);
};

const call = ({ term }: Request, state: ServerState, from: From, ctx: Ctx): MaybePromise<unknown> => {
  const { world, label } = own(state).config;
  if (term instanceof Script) return callback(term.steps, { ...state, from }, ctx, 'call');
  const tell = () => world.emit(label, 'call', { msg: world.codec.encode(term) });
  return callback([], state, ctx, 'call', tell);
};

const cast = ({ term }: Request, state: ServerState, ctx: Ctx): MaybePromise<unknown> => {
  const { world, label } = own(state).config;
  if (term instanceof Script) return callback(term.steps, { ...state, from: undefined }, ctx, 'other');
  const tell = () => world.emit(label, 'cast', { msg: world.codec.encode(term) });
  return callback([], state, ctx, 'other', tell);
};

const info = (message: unknown, state: ServerState, ctx: Ctx): MaybePromise<unknown> => {
  const { world, label, on } = own(state).config;
  const term = asTerm(world, message);
  if (term instanceof Script) return callback(term.steps, { ...state, from: undefined }, ctx, 'other');
  const tell = () => world.emit(label, 'info', { msg: world.codec.encode(term) });
  const script = on[nameOf(term)];
  return script === undefined
    ? callback([], state, ctx, 'other', tell)
    : callback(script, { ...state, from: undefined }, ctx, 'other', tell);
};

/** The name under which a message stands in a server's `on` table. */
const nameOf = (term: Term): string => {
  const named = term instanceof Tuple ? (term.items[0] as Term) : term;
  if (typeof named === 'string') return named;
  if (named === null) return 'nil';
  if (typeof named === 'boolean' || (typeof named === 'number' && !(term instanceof Tuple)))
    return String(named);
  return '';
};

/** A callback that returned a state of its own making has put an end to its script. */
const own = (state: ServerState): ServerState => {
  const error = foreignStateError(state);
  if (error !== undefined) throw error;
  return state;
};

const terminate = (why: ExitReason, state: ServerState, ctx: Ctx): MaybePromise<unknown> => {
  const { world, label, terminate: script } = own(state).config;
  function* steps(): Steps<unknown> {
    world.emit(label, 'terminate', { reason: world.codec.encode(why) });
    yield* world.pause(ctx);
    try {
      return yield* runScript(script, state, ctx);
    } catch (thrown) {
      if (thrown instanceof ErlangThrow || thrown instanceof Unresolved) return undefined;
      throw thrown;
    }
  }
  return drive(steps(), ctx.self);
};

/** The one generic GenServer that plays every server. Raw results are none of the runtime's, hence the casts. */
export const scriptedServer = defineGenServer<Scripted, ServerState, ServerConfig>({
  name: 'scripted',
  init: init as never,
  call: call as never,
  cast: cast as never,
  info: info as never,
  continue: ((token: Script, state: ServerState, ctx: Ctx) =>
    callback(token.steps, own(state), ctx, 'other')) as never,
  terminate,
});
