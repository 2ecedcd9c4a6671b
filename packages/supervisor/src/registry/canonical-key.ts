import { types } from 'node:util';
import { ArgumentError } from '../process/errors.js';
import { Process } from '../process/process.js';

const identities = new WeakMap<object, number>();
const symbolIds = new Map<symbol, number>();
let lastIdentity = 0;

/**
 * What a map can hold in place of `key`, so that equal keys are the same: keys are compared by value, as
 * Erlang compares terms. Texts, numbers and other primitives stand for themselves, and so do pids; arrays,
 * plain objects, maps, sets, dates and bytes become a {@link StructuredKey} text in a map of their own.
 * Instances of other classes, functions and symbols are equal to themselves only.
 */
export const isStructured = (key: unknown): key is object => {
  if (typeof key !== 'object' || key === null || key instanceof Process) return false;
  return Array.isArray(key) || isPlain(key) || isValueObject(key);
};

/** The text of a structured key: equal for equal keys, different for different ones. */
export const canonicalText = (key: object): string => textOf(key, []);

/** Whether two keys or values are equal in that sense. */
export const sameValue = (a: unknown, b: unknown): boolean =>
  a === b ||
  (isStructured(a) && isStructured(b)
    ? canonicalText(a) === canonicalText(b)
    : Number.isNaN(a) && Number.isNaN(b));

export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Not `Object.prototype` itself: what structuredClone or another realm made is plain as well.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const isValueObject = (value: object): boolean =>
  types.isDate(value) || types.isMap(value) || types.isSet(value) || ArrayBuffer.isView(value);

const textOf = (value: unknown, above: readonly object[]): string => {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      // -0 is 0, as in a Map.
      return String(value === 0 ? 0 : value);
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return `y${idOfSymbol(value)}`;
    case 'object':
      return value === null ? 'null' : textOfObject(value, above);
    case 'function':
      return identityOf(value);
    default:
      return String(value);
  }
};

const textOfObject = (value: object, above: readonly object[]): string => {
  if (value instanceof Process) return `p${value.id}`;
  if (above.includes(value)) throw new ArgumentError('a registry key must not contain itself');
  const path = [...above, value];
  const list = (items: Iterable<unknown>) => Array.from(items, (item) => textOf(item, path));
  if (Array.isArray(value)) return `[${list(value).join()}]`;
  if (isPlain(value)) {
    const fields = Object.entries(value).map(
      ([name, field]) => `${JSON.stringify(name)}:${textOf(field, path)}`,
    );
    return `{${fields.sort().join()}}`;
  }
  if (types.isDate(value)) return `d${value.getTime()}`;
  if (types.isSet(value)) return `s(${list(value).sort().join()})`;
  if (types.isMap(value))
    return `m(${Array.from(value, (pair) => list(pair).join('=>'))
      .sort()
      .join()})`;
  if (ArrayBuffer.isView(value))
    return `b${value.constructor.name}(${new Uint8Array(value.buffer, value.byteOffset, value.byteLength).join()})`;
  return identityOf(value);
};

const identityOf = (value: object): string => {
  let id = identities.get(value);
  if (id === undefined) {
    id = ++lastIdentity;
    identities.set(value, id);
  }
  return `i${id}`;
};

const idOfSymbol = (symbol: symbol): number => {
  let id = symbolIds.get(symbol);
  if (id === undefined) {
    id = ++lastIdentity;
    symbolIds.set(symbol, id);
  }
  return id;
};
