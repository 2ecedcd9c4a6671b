import {
  type Action,
  actions,
  type CallOf,
  ExitMessage,
  type From,
  keepState,
  type MachineResult,
  nextState,
  type StateEvent,
  stop,
  UnhandledEventError,
} from '@memvisor/supervisor';
import type { CollectedItem } from '../build/job.js';
import type { EncoderFailure } from '../failure.js';
import { collect } from './collected.js';
import type { EncoderProtocol } from './messages.js';
import {
  type Building,
  blank,
  type Collecting,
  type Completed,
  type EncoderState,
  type Failed,
  type Ready,
  snapshot,
} from './state.js';

export type EncoderEvent = StateEvent<EncoderProtocol, EncoderState>;
type Result<Here> = MachineResult<EncoderProtocol, EncoderState, Here>;
type Request = CallOf<EncoderProtocol>;
type Caller = From<never>;

const answer = (from: Caller, value: unknown): Action<EncoderProtocol> => actions.reply(from as From, value);
const done = (from: Caller) => answer(from, { ok: true, value: undefined });
const refused = (from: Caller, failure: EncoderFailure) => answer(from, { ok: false, failure });
const shown = (state: EncoderState, from: Caller) => [answer(from, snapshot(state))];

/** `ready`: nothing has been added. */
export const ready = (state: Ready, event: EncoderEvent): Result<Ready> => {
  if (event.type !== 'call') return other(state, event);
  const { content, from } = event;
  if (content.type === 'buildVideo') return keepState(undefined, [refused(from, { kind: 'no_chunks' })]);
  return open(state, content, from) ?? other(state, event);
};

/** `collecting`: something has been added. */
export const collecting = (state: Collecting, event: EncoderEvent): Result<Collecting> => {
  if (event.type !== 'call') return other(state, event);
  const { content, from } = event;
  if (content.type !== 'buildVideo') return open(state, content, from) ?? other(state, event);
  const { outputPath, indexPath } = content;
  return nextState({ ...state, name: 'building', outputPath, indexPath, from, build: undefined }, [
    actions.internal({ type: 'startBuild' }),
  ]);
};

/** What `ready` and `collecting` have in common. */
const open = (state: Ready | Collecting, request: Request, from: Caller): Result<never> | undefined => {
  const add = (item: CollectedItem): Result<never> => {
    const before = state.name === 'collecting' ? state.collected : undefined;
    return nextState({ ...state, name: 'collecting', collected: collect(before, item) }, [done(from)]);
  };
  switch (request.type) {
    case 'addChunks':
      return add({ type: 'chunks', chunks: request.chunks });
    case 'addSource':
      return add({ type: 'source', source: request.source });
    case 'getState':
      return keepState(undefined, shown(state, from));
    case 'reset':
      return nextState(blank(state), [done(from)]);
    default:
      return undefined;
  }
};

/** `building`: a linked task works; its outcome comes as a cast. */
export const building = (state: Building, event: EncoderEvent): Result<Building> => {
  switch (event.type) {
    case 'call':
      if (event.content.type === 'getState') return keepState(undefined, shown(state, event.from));
      return keepState(undefined, [refused(event.from, { kind: 'building_in_progress' })]);
    case 'cast': {
      if (event.content.type !== 'buildComplete') return other(state, event);
      const { from, build: _, ...rest } = state;
      const { outcome } = event.content;
      return outcome.ok
        ? nextState({ ...rest, name: 'completed', stats: outcome.value }, [answer(from, outcome)])
        : nextState({ ...rest, name: 'error', error: outcome.failure }, [answer(from, outcome)]);
    }
    default:
      return other(state, event);
  }
};

/** `completed`: the video is there. */
export const completed = (state: Completed, event: EncoderEvent): Result<Completed> =>
  closed(state, event, { kind: 'already_completed' });

/** `error`: the build has failed. */
export const failed = (state: Failed, event: EncoderEvent): Result<Failed> =>
  closed(state, event, state.error);

/** After a build only `getState` and `reset` are served. */
const closed = (state: Completed | Failed, event: EncoderEvent, failure: EncoderFailure): Result<never> => {
  if (event.type !== 'call') return other(state, event);
  const { content, from } = event;
  if (content.type === 'getState') return keepState(undefined, shown(state, from));
  if (content.type === 'reset') return nextState(blank(state), [done(from)]);
  return keepState(undefined, [refused(from, failure)]);
};

/** Events that mean the same in every state; whatever else there is has no place here, and is a crash. */
const other = (state: EncoderState, event: EncoderEvent): Result<never> => {
  if (event.type === 'cast' && event.content.type === 'cancelBuild') {
    if (state.name === 'building') state.build?.cancel();
    return keepState();
  }
  // While it builds, an encoder traps exits to clear up: what would have ended it ends it still.
  if (event.type === 'info' && event.content instanceof ExitMessage)
    return event.content.reason === 'normal' ? keepState() : stop(event.content.reason);
  throw new UnhandledEventError('encoder', state.name, event as { readonly type: string });
};
