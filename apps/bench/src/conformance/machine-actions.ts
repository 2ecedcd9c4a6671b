import { actions, type From } from '@memvisor/supervisor';
import { type Request, request } from './refs.js';
import { isTagged, type Json, type Term, Tuple } from './terms.js';
import type { World } from './world.js';

/** An action, whatever the protocol. */
export type AnyAction = { readonly type: string };
type KnownAction =
  | { readonly type: 'postpone'; readonly value: boolean }
  | { readonly type: 'hibernate' }
  | { readonly type: 'next_event'; readonly event: { readonly type: string; readonly content: unknown } }
  | ({ readonly type: 'state_timeout' | 'event_timeout' } & KnownTimeout)
  | ({ readonly type: 'named_timeout'; readonly name: string } & KnownTimeout)
  | { readonly type: 'cancel_state_timeout' | 'cancel_event_timeout' }
  | { readonly type: 'cancel_named_timeout'; readonly name: string };
type KnownTimeout = { readonly afterMs: number | 'update'; readonly content: Term };

/** What a table-driven machine keeps beside its state's name. */
export interface Saved {
  readonly data: readonly Term[];
  readonly saved: readonly (From | undefined)[];
}

type Given = readonly [string, ...Json[]];

/** The runtime's actions for those of a rule, and what they leave of the saved callers. */
export const ruleActions = (
  world: World,
  given: readonly Given[],
  from: From | undefined,
  before: Saved,
): readonly [readonly AnyAction[], Saved] => {
  let after = before;
  const made: AnyAction[] = [];
  for (const action of given) {
    if (action[0] !== 'reply_saved') made.push(oneAction(world, action, from, after));
    else if (after.saved.length > 0) {
      const [first, ...saved] = after.saved;
      made.push(actions.reply(first as From, world.codec.decode(action[1] as Json)));
      after = { ...after, saved };
    }
  }
  return [made, after];
};

const oneAction = (
  world: World,
  [name, a, b, c]: Given,
  from: From | undefined,
  { data }: Saved,
): AnyAction => {
  const term = (json: Json | undefined): Term => world.codec.decode(json as Json);
  switch (name) {
    case 'reply':
      return actions.reply(from as From, term(a));
    case 'reply_data':
      return actions.reply(from as From, data);
    case 'postpone':
      return actions.postpone();
    case 'hibernate':
      return actions.hibernate();
    case 'next_event':
      return nextEvent(a as string, term(b));
    case 'state_timeout':
      return actions.stateTimeout(millis(a as Json), term(b));
    case 'state_timeout_cancel':
      return actions.cancelStateTimeout();
    case 'state_timeout_update':
      return actions.updateStateTimeout(term(a));
    case 'timeout':
      return actions.eventTimeout(millis(a as Json), term(b));
    case 'timeout_cancel':
      return actions.cancelEventTimeout();
    case 'named_timeout':
      return actions.namedTimeout(a as string, millis(b as Json), term(c));
    case 'named_timeout_cancel':
      return actions.cancelNamedTimeout(a as string);
    default:
      return actions.updateNamedTimeout(a as string, term(b));
  }
};

const millis = (given: Json): number => (given === 'infinity' ? Number.POSITIVE_INFINITY : (given as number));

/** An inserted event; requests and casts are wrapped, as those from outside are. */
export const nextEvent = (type: string, content: Term): AnyAction => {
  switch (type) {
    case 'cast':
      return actions.nextEvent({ type, content: request(content) });
    case 'info':
    case 'internal':
    case 'state_timeout':
      return actions.nextEvent({ type, content });
    case 'timeout':
      return actions.nextEvent({ type: 'event_timeout', content });
    default:
      // Not an event type: the runtime refuses it.
      return new Tuple('next_event', type, content) as never;
  }
};

/** An action of the runtime as gen_statem spells it. */
export const actionTerm = (value: unknown): Term | undefined => {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  const action = value as KnownAction;
  switch (action.type) {
    case 'postpone':
      return action.value ? 'postpone' : new Tuple('postpone', false);
    case 'hibernate':
      return 'hibernate';
    case 'next_event': {
      const { type, content } = action.event;
      const inner = type === 'cast' || type === 'call' ? (content as Request).term : (content as Term);
      return new Tuple('next_event', type === 'event_timeout' ? 'timeout' : type, inner);
    }
    case 'state_timeout':
      return timeoutTerm('state_timeout', action);
    case 'event_timeout':
      return timeoutTerm('timeout', action);
    case 'named_timeout':
      return timeoutTerm(new Tuple('timeout', action.name), action);
    case 'cancel_state_timeout':
      return new Tuple('state_timeout', 'cancel');
    case 'cancel_event_timeout':
      return new Tuple('timeout', 'cancel');
    case 'cancel_named_timeout':
      return new Tuple(new Tuple('timeout', action.name), 'cancel');
    default:
      return undefined;
  }
};

const timeoutTerm = (tag: Term, { afterMs, content }: KnownTimeout): Term =>
  new Tuple(tag, afterMs === Number.POSITIVE_INFINITY ? 'infinity' : afterMs, content);

/** A raw action: the term that stands for one of the runtime's, or the term itself, to be refused. */
export const rawAction = (term: Term): AnyAction => {
  if (term === 'postpone') return actions.postpone();
  if (term === 'hibernate') return actions.hibernate();
  if (!(term instanceof Tuple)) return term as never;
  const [tag, a, b] = term.items as readonly [Term, Term?, Term?];
  if (isTagged(term, 'postpone', 2) && typeof a === 'boolean') return actions.postpone(a);
  if (isTagged(term, 'hibernate', 2) && typeof a === 'boolean') return actions.hibernate();
  if (isTagged(term, 'next_event', 3) && typeof a === 'string') return nextEvent(a, b as Term);
  return (rawTimeout(tag, a, b, term.items.length) ?? term) as AnyAction;
};

const rawTimeout = (tag: Term, a: Term | undefined, b: Term | undefined, size: number) => {
  const name = tag instanceof Tuple && isTagged(tag, 'timeout', 2) ? tag.items[1] : undefined;
  const kind = name === undefined ? tag : 'named';
  if (size === 2 && a === 'cancel') {
    if (kind === 'state_timeout') return actions.cancelStateTimeout();
    if (kind === 'timeout') return actions.cancelEventTimeout();
    if (kind === 'named') return actions.cancelNamedTimeout(name as string);
  }
  if (size !== 3) return undefined;
  if (a === 'update') {
    if (kind === 'state_timeout') return actions.updateStateTimeout(b);
    if (kind === 'named') return actions.updateNamedTimeout(name as string, b);
    if (kind === 'timeout') return { type: 'event_timeout', afterMs: 'update', content: b } as const;
  }
  const afterMs = a === 'infinity' ? Number.POSITIVE_INFINITY : a;
  if (typeof afterMs !== 'number' || afterMs < 0) return undefined;
  if (kind === 'state_timeout') return actions.stateTimeout(afterMs, b);
  if (kind === 'timeout') return actions.eventTimeout(afterMs, b);
  if (kind === 'named') return actions.namedTimeout(name as string, afterMs, b);
  return undefined;
};
