import {
  actions,
  type Context,
  defineStateMachine,
  Exit,
  type ExitReason,
  type From,
  keepState,
  nextState,
  startIn,
} from '@memvisor/supervisor';
import { asReason } from './codec.js';
import { functionClause } from './elixir-errors.js';
import type { AnyAction } from './machine-actions.js';
import { type Request, request, type Scripted } from './refs.js';
import { Binary, canonical, error, isTagged, type Json, ok, type Term, TermMap, Tuple } from './terms.js';
import type { World } from './world.js';

/** What the encoder machine is started with. */
export interface EncoderConfig {
  readonly world: World;
  readonly label: string;
  readonly indexName: string;
  readonly build: Json;
  readonly buildMs: number;
}

interface State {
  readonly name: 'ready' | 'collecting' | 'building' | 'completed' | 'error';
  readonly config: EncoderConfig;
  readonly client: From | undefined;
  readonly chunks: readonly Term[];
  readonly output_path: Term;
  readonly index_path: Term;
  readonly stats: Term;
  readonly error: Term;
}

type Event =
  | { readonly type: 'call'; readonly content: Request; readonly from: From }
  | { readonly type: 'cast'; readonly content: Request }
  | { readonly type: 'internal' | 'info'; readonly content: unknown };

const blank = { chunks: [], output_path: null, index_path: null, stats: null, error: null } as const;

const init = (config: EncoderConfig, ctx: Context<Scripted>) => {
  config.world.bind(config.label, ctx.self);
  return startIn({ name: 'ready', config, client: undefined, ...blank } satisfies State as State);
};

const handleEvent = (event: Event, state: State, ctx: Context<Scripted>): unknown => {
  if (event.type === 'internal') return build(state, ctx);
  if (event.type === 'cast') return built(event.content.term, state);
  if (event.type === 'call') return answer(event.content.term, event.from, state);
  throw functionClause();
};

const say = (from: From | undefined, value: Term): readonly AnyAction[] => [
  actions.reply(from as From, value),
];

const stay = (from: From, value: Term) => keepState<State, AnyAction>(undefined, say(from, value));

const answer = (message: Term, from: From, state: State): unknown => {
  if (message === 'get_state') return stay(from, new Tuple(state.name, view(state)));
  if (message === 'reset' && state.name !== 'building')
    return nextState({ ...state, ...blank, name: 'ready' }, say(from, 'ok'));
  switch (state.name) {
    case 'building':
      return stay(from, error('building_in_progress'));
    case 'completed':
      return stay(from, error('already_completed'));
    case 'error':
      return stay(from, error(state.error));
    default:
      return collect(message, from, state);
  }
};

const collect = (message: Term, from: From, state: State): unknown => {
  const more = newChunks(message);
  if (more !== undefined)
    return nextState({ ...state, name: 'collecting', chunks: [...state.chunks, ...more] }, say(from, 'ok'));
  if (!isTagged(message, 'build_video', 3)) throw functionClause();
  if (state.name === 'ready' && state.chunks.length === 0) return stay(from, error('no_chunks'));
  const [, output_path, index_path] = message.items as readonly [Term, Term, Term];
  return nextState({ ...state, name: 'building', output_path, index_path, client: from }, [
    actions.internal('start_build'),
  ]);
};

const newChunks = (message: Term): readonly Term[] | undefined => {
  const added = (message as Tuple).items?.[1];
  if (isTagged(message, 'add_chunks', 2) && Array.isArray(added)) return added;
  if (!isTagged(message, 'add_text', 2)) return undefined;
  if (!(added instanceof Binary)) throw functionClause();
  return added.text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => new Binary(word));
};

const build = (state: State, ctx: Context<Scripted>): unknown => {
  const { world, label, buildMs } = state.config;
  world.emit(label, 'build', { chunks: state.chunks.map((chunk) => bare(world, chunk)) });
  const machine = ctx.self;
  ctx.spawnLink(async (worker) => {
    await worker.sleep(buildMs);
    const outcome = world.codec.decode(state.config.build);
    if (isTagged(outcome, 'crash', 2)) throw new Exit(asReason(outcome.items[1] as Term) as ExitReason);
    worker.cast(machine, request(new Tuple('build_complete', outcome === 'ok' ? ok(stats(state)) : outcome)));
  });
  return keepState();
};

/** The event shows chunks without the encoding of terms. */
const bare = (world: World, chunk: Term): Json =>
  chunk instanceof Binary ? chunk.text : world.codec.encode(chunk);

const built = (message: Term, state: State): unknown => {
  const outcome = isTagged(message, 'build_complete', 2) ? (message.items[1] as Term) : undefined;
  if (state.name !== 'building' || outcome === undefined) throw functionClause();
  const [, detail] = outcome instanceof Tuple ? (outcome.items as readonly [Term, Term]) : [];
  if (isTagged(outcome, 'ok', 2))
    return nextState(
      { ...state, name: 'completed', stats: detail as Term, client: undefined },
      say(state.client, outcome),
    );
  if (!isTagged(outcome, 'error', 2)) throw functionClause();
  return nextState(
    { ...state, name: 'error', error: detail as Term, client: undefined },
    say(state.client, outcome),
  );
};

const map = (pairs: readonly (readonly [string, Term])[]): TermMap => {
  const made = new TermMap();
  for (const [key, value] of pairs) made.entries.set(canonical(`:${key}`), [key, value]);
  return made;
};

const view = (state: State): TermMap =>
  map([
    ['chunks', state.chunks],
    ['output_path', state.output_path],
    ['index_path', state.index_path],
    ['stats', state.stats],
    ['error', state.error],
    ['index_name', new Binary(state.config.indexName)],
  ]);

const stats = (state: State): TermMap =>
  map([
    ['total_chunks', state.chunks.length],
    ['total_frames', state.chunks.length],
    ['index_name', new Binary(state.config.indexName)],
    ['output_path', state.output_path],
    ['index_path', state.index_path],
  ]);

/** The concrete machine of the format's section 9. */
export const encoderMachine = defineStateMachine<Scripted, State, EncoderConfig>({
  name: 'encoder',
  init: init as never,
  handleEvent: handleEvent as never,
});
