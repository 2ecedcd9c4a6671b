import { ignore, noreply, ok, type ResultOptions, reply, stop, stopAndReply } from '@memvisor/supervisor';
import { asReason } from './codec.js';
import { ErlangError } from './elixir-errors.js';
import { isAtom, isTagged, type Script, type Term, Tuple } from './terms.js';

/** The state that a raw result brought along: a term, not the scripted server's own. */
class Foreign {
  constructor(readonly term: Term) {}
}

/** What comes of asking such a state for the server's label, as every callback does. */
export const foreignStateError = (state: unknown): ErlangError | undefined => {
  if (!(state instanceof Foreign)) return undefined;
  // `atom.label` is a call of a function.
  return new ErlangError(isAtom(state.term) ? 'undef' : new Tuple('badkey', 'label', state.term));
};

/**
 * A term that a callback returned as it is, or threw: where it has the form of a result, that result; otherwise
 * itself, which the runtime then refuses as a bad return value.
 */
export const foreign = (term: Term, which: 'init' | 'call' | 'other'): unknown => {
  if (which === 'init' && term === 'ignore') return ignore();
  if (!(term instanceof Tuple)) return term;
  const [tag, a, b, c] = term.items as readonly [Term?, Term?, Term?, Term?];
  const size = term.items.length;
  const extra = (given: Term | undefined) => optionsOf(given);
  if (which === 'init') {
    if (tag === 'ok' && size === 2) return ok(new Foreign(a as Term));
    if (tag === 'ok' && size === 3) return ok(new Foreign(a as Term), extra(b));
    if (tag === 'stop' && size === 2) return stop(asReason(a as Term));
    return term;
  }
  if (tag === 'noreply' && size === 2) return noreply(new Foreign(a as Term));
  if (tag === 'noreply' && size === 3) return noreply(new Foreign(a as Term), extra(b));
  if (tag === 'stop' && size === 3) return stop(asReason(a as Term), new Foreign(b as Term));
  if (which !== 'call') return term;
  if (tag === 'reply' && size === 3) return reply(a, new Foreign(b as Term));
  if (tag === 'reply' && size === 4) return reply(a, new Foreign(b as Term), extra(c));
  if (tag === 'stop' && size === 4) return stopAndReply(asReason(a as Term), b, new Foreign(c as Term));
  return term;
};

const optionsOf = (term: Term | undefined): ResultOptions => {
  if (typeof term === 'number') return { timeoutMs: term };
  if (term !== undefined && isTagged(term, 'continue', 2)) return { continue: term.items[1] as Script };
  return {};
};
