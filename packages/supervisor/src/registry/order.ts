import { Process } from '../process/process.js';

/** Erlang's order of kinds: numbers, atoms, functions, pids, tuples and lists, maps, texts. */
const rank = (value: unknown): number => {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 0;
    case 'boolean':
    case 'undefined':
    case 'symbol':
      return 1;
    case 'function':
      return 2;
    case 'string':
      return 6;
    default:
      return value === null ? 1 : value instanceof Process ? 3 : Array.isArray(value) ? 4 : 5;
  }
};

/** Whether the value stands for an atom: a symbol, a boolean, null or undefined. */
export const isAtom = (value: unknown): boolean => rank(value) === 1;

/** Whether the value is an object with fields. */
export const isMap = (value: unknown): boolean => rank(value) === 5;

/** Orders any two values: by kind, then by value; arrays as tuples, by length first. */
export const compare = (a: unknown, b: unknown): number => {
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return a.length - b.length;
    for (let at = 0; at < a.length; at++) {
      const byItem = compare(a[at], b[at]);
      if (byItem !== 0) return byItem;
    }
    return 0;
  }
  if (a instanceof Process && b instanceof Process) return a.id - b.id;
  if (isMap(a)) return compare(Object.entries(a as object).sort(), Object.entries(b as object).sort());
  return isAtom(a) ? ascending(atomText(a), atomText(b)) : ascending(a as number, b as number);
};

const ascending = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** Atoms are ordered by their names; null is Elixir's nil. */
const atomText = (value: unknown): string =>
  value === null ? 'nil' : typeof value === 'symbol' ? (value.description ?? '') : String(value);
