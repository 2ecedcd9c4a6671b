import { ArgumentError } from '../process/errors.js';
import { isPlain } from './canonical-key.js';
import { checkGuards, type Guard, guardsHold } from './guards.js';
import { type Bindings, fits, Variable } from './pattern.js';

/** Says of an entry whether it is wanted. */
export type EntryTest = (entry: {
  readonly key: unknown;
  readonly pid: unknown;
  readonly value: unknown;
}) => boolean;

type AnyFunction = (...args: readonly unknown[]) => boolean;

/** A test of an entry's value: by pattern and guards, or by a function of value and pid. */
export const valueMatcher = (filter: unknown, guards: readonly Guard[]): EntryTest => {
  if (typeof filter !== 'function') {
    const matches = patternMatcher(filter, guards);
    return ({ value }) => matches(value);
  }
  refuseGuards(guards);
  return ({ value, pid }) => (filter as AnyFunction)(value, pid);
};

/** A test of a whole entry. */
export const entryMatcher = (filter: unknown, guards: readonly Guard[]): EntryTest => {
  if (typeof filter !== 'function') return patternMatcher(filter, guards);
  refuseGuards(guards);
  return filter as EntryTest;
};

const patternMatcher = (pattern: unknown, guards: readonly Guard[]): ((value: unknown) => boolean) => {
  checkGuards(guards, variablesOf(pattern, new Set()));
  return (value) => {
    const bindings: Bindings = new Map();
    return fits(pattern, value, bindings) && guardsHold(guards, bindings);
  };
};

const refuseGuards = (guards: readonly Guard[]): void => {
  if (guards.length > 0) throw new ArgumentError('guards go with a pattern; a function needs none');
};

const variablesOf = (pattern: unknown, found: Set<string | number>): Set<string | number> => {
  if (pattern instanceof Variable) found.add(pattern.variable);
  else if (Array.isArray(pattern) || (typeof pattern === 'object' && pattern !== null && isPlain(pattern)))
    for (const part of Object.values(pattern)) variablesOf(part, found);
  return found;
};
