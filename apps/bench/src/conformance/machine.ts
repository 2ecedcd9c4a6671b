import {
  type Context,
  defineStateMachine,
  Exit,
  type ExitReason,
  type From,
  ignore,
  keepState,
  nextState,
  repeatState,
  type StateMachineDefinition,
  startIn,
  stop,
  stopWithReplies,
} from '@memvisor/supervisor';
import { asReason } from './codec.js';
import { ErlangThrow, functionClause, RuntimeError, Unresolved } from './elixir-errors.js';
import { type AnyAction, rawAction, ruleActions } from './machine-actions.js';
import { asTerm } from './messages.js';
import type { Machine } from './program.js';
import type { Request, Scripted } from './refs.js';
import { Binary, isAtom, isTagged, type Json, type JsonObject, type Term, Tuple } from './terms.js';
import type { World } from './world.js';

/** What a machine is started with. */
export interface MachineConfig {
  readonly world: World;
  readonly label: string;
  readonly machine: Machine;
}

interface State {
  readonly name: string;
  readonly config: MachineConfig;
  readonly data: readonly Term[];
  readonly saved: readonly (From | undefined)[];
}

type Event =
  | { readonly type: 'enter'; readonly previous: State }
  | { readonly type: 'call'; readonly content: Request; readonly from: From }
  | { readonly type: 'cast'; readonly content: Request }
  | { readonly type: 'info'; readonly content: unknown }
  | { readonly type: 'internal' | 'state_timeout' | 'event_timeout'; readonly content: Term }
  | { readonly type: 'named_timeout'; readonly name: string; readonly content: Term };

type Rule = JsonObject;
type Table = { readonly [key: string]: Rule } | undefined;
type GivenActions = readonly (readonly [string, ...Json[]])[];

const init = (config: MachineConfig, ctx: Context<Scripted>): unknown => {
  const { world, label, machine } = config;
  world.bind(label, ctx.self);
  if (machine.trap === true) ctx.trapExit(true);
  world.emit(label, 'init');
  const [word, first, given] = machine.init as readonly [string, Json?, GivenActions?];
  switch (word) {
    case 'ignore':
      return ignore();
    case 'stop':
      return stop(world.codec.reason(first as Json));
    case 'raise':
      throw new RuntimeError(first as string);
    default: {
      const empty = { data: [], saved: [] };
      // Nobody can have been saved yet; the recorder's machine does not know the action here.
      if (given?.some(([name]) => name === 'reply_saved')) throw functionClause();
      const [made] = ruleActions(world, given ?? [], undefined, empty);
      return startIn({ name: first as string, config, ...empty }, made);
    }
  }
};

const handleEvent = (event: Event, state: State): unknown => {
  const { world } = state.config;
  try {
    if (event.type === 'enter') return entered(event.previous, state);
    const { type, term } = read(world, event);
    world.emit(state.config.label, 'event', {
      state: `:${state.name}`,
      type,
      content: world.codec.encode(term),
    });
    const rule = lookUp(state, [`${type}/${nameOf(term)}`, `${type}/*`, '*']);
    const from = event.type === 'call' ? event.from : undefined;
    if (rule !== undefined) return follow(rule, from, state);
    if (from === undefined) return keepState();
    const unhandled = new Tuple('error', 'unhandled');
    return keepState(undefined, [{ type: 'reply', from: from as From<never>, value: unhandled }]);
  } catch (thrown) {
    // As in OTP, an uncaught throw counts as what the callback returns.
    if (thrown instanceof ErlangThrow) return raw(state, thrown.value);
    if (thrown instanceof Unresolved) return raw(state, new Tuple('unresolved', new Binary(thrown.label)));
    throw thrown;
  }
};

const entered = (previous: State, state: State): unknown => {
  const { world, label } = state.config;
  world.emit(label, 'enter', { state: `:${state.name}`, old: `:${previous.name}` });
  const rule = lookUp(state, ['enter']);
  return rule === undefined ? keepState() : follow(rule, undefined, state);
};

/** An event's type as the table spells it, and its content. */
const read = (
  world: World,
  event: Exclude<Event, { type: 'enter' }>,
): { readonly type: string; readonly term: Term } => {
  switch (event.type) {
    case 'call':
    case 'cast':
      return { type: event.type, term: event.content.term };
    case 'info':
      return { type: 'info', term: asTerm(world, event.content) };
    case 'event_timeout':
      return { type: 'timeout', term: event.content };
    case 'named_timeout':
      return { type: `timeout:${event.name}`, term: event.content };
    default:
      return { type: event.type, term: event.content };
  }
};

const nameOf = (term: Term): string => {
  if (isAtom(term)) return term === null ? 'nil' : String(term);
  return term instanceof Tuple && term.items.length > 0 ? nameOf(term.items[0] as Term) : '*';
};

const lookUp = ({ name, config: { machine } }: State, keys: readonly string[]): Rule | undefined => {
  const states = machine.states as { readonly [state: string]: Table } | undefined;
  for (const table of [states?.[name], machine.any as Table])
    for (const key of keys) if (table?.[key] !== undefined) return table[key];
  return undefined;
};

const isGiven = (value: Json | undefined): value is Json =>
  value !== undefined && value !== null && value !== false;

const follow = (rule: Rule, from: From | undefined, state: State): unknown => {
  const { world } = state.config;
  const { decode, reason } = world.codec;
  if (isGiven(rule.raise)) throw new RuntimeError(rule.raise as string);
  if (isGiven(rule.throw)) throw new ErlangThrow(decode(rule.throw));
  if (isGiven(rule.exit)) throw new Exit(reason(rule.exit));
  const data = 'append' in rule ? [...state.data, decode(rule.append as Json)] : state.data;
  const saved = rule.save_from === true ? [...state.saved, from] : state.saved;
  const given = (rule.actions ?? []) as GivenActions;
  const [made, kept] = ruleActions(world, given, from, { data, saved });
  const next = { ...state, ...kept };
  const [word, argument] = (rule.ret ?? ['keep']) as readonly [string, Json?];
  switch (word) {
    case 'next':
      return nextState({ ...next, name: argument as string }, made);
    case 'repeat':
      return repeatState(next, made);
    case 'stop':
      return stop(reason(argument as Json), next);
    case 'stop_and_reply':
      return stopWithReplies(reason(argument as Json), made as never, next);
    case 'raw':
      return raw(state, decode(argument as Json));
    default:
      return keepState(next, made);
  }
};

/** A term returned as it is: where it has the form of a result that needs no data, that result. */
const raw = (state: State, term: Term): unknown => {
  if (term === 'keep_state_and_data') return keepState();
  if (term === 'repeat_state_and_data') return repeatState();
  if (term === 'stop') return stop('normal', state);
  if (!(term instanceof Tuple)) return term;
  const [, a, b] = term.items as readonly [Term?, Term?, Term?];
  const listed = (given: Term | undefined): readonly AnyAction[] =>
    (Array.isArray(given) ? given : [given]).map(rawAction);
  if (isTagged(term, 'keep_state_and_data', 2)) return keepState(undefined, listed(a));
  if (isTagged(term, 'repeat_state_and_data', 2)) return repeatState(undefined, listed(a));
  if (isTagged(term, 'stop', 2)) return stop(asReason(a as Term), state);
  if (isTagged(term, 'stop_and_reply', 3))
    return stopWithReplies(asReason(a as Term), listed(b) as never, state);
  return term;
};

const terminate = (why: ExitReason, { name, config: { world, label } }: State): void => {
  world.emit(label, 'terminate', { reason: world.codec.encode(why), state: `:${name}` });
};

const define = (enterCalls: boolean): StateMachineDefinition<Scripted, MachineConfig> =>
  defineStateMachine<Scripted, State, MachineConfig>({
    name: 'table',
    init: init as never,
    handleEvent: handleEvent as never,
    enterCalls,
    terminate,
  });

const plain = define(false);
const entering = define(true);

/** The definition that plays table-driven machines. */
export const tableMachine = ({ machine }: MachineConfig): StateMachineDefinition<Scripted, MachineConfig> =>
  machine.enter === true ? entering : plain;
