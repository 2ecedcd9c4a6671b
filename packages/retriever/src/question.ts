import type { RetrieverResult } from './failure.js';

/** A question is embedded in windows while others wait: this many characters take seconds. */
export const longestQuestion = 100_000;

/** Why a question can't be asked; `undefined` where it can. A caller's mistake must not end the retriever for the others. */
export const wrongQuestion = (
  query: unknown,
): (RetrieverResult<never> & { readonly ok: false }) | undefined => {
  const isTooLong = typeof query === 'string' && query.length > longestQuestion;
  if (typeof query === 'string' && !isTooLong) return undefined;
  const expected = `a text of up to ${longestQuestion.toLocaleString('en')} characters`;
  const value = isTooLong ? query.length : query;
  return {
    ok: false,
    failure: { kind: 'wrong_request', option: isTooLong ? 'query.length' : 'query', value, expected },
  };
};
