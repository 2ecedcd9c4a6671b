import { InvalidProgram } from './elixir-errors.js';
import { isPlain, type Json, type JsonObject } from './terms.js';

/** Checks a part of a program; `path` says where it stands. Throws {@link InvalidProgram}. */
export type Check = (value: Json, path: string) => void;

const fail = (path: string, expected: string, value: Json): never => {
  throw new InvalidProgram(`${path}: expected ${expected}, got ${JSON.stringify(value)?.slice(0, 80)}`);
};

const is =
  (expected: string, holds: (value: Json) => boolean): Check =>
  (value, path) => {
    if (!holds(value)) fail(path, expected, value);
  };

export const text = is('a text', (value) => typeof value === 'string');
export const bool = is('true or false', (value) => typeof value === 'boolean');
export const integer = is('an integer', Number.isSafeInteger);
export const millis = is('milliseconds', (value) => Number.isSafeInteger(value) && (value as number) >= 0);
export const atomText = is('an atom', (value) => typeof value === 'string' && value.startsWith(':'));

export const oneOf = (...values: readonly Json[]): Check =>
  is(values.map((value) => JSON.stringify(value)).join(' or '), (value) => values.includes(value));

export const either =
  (...checks: readonly Check[]): Check =>
  (value, path) => {
    const faults: string[] = [];
    for (const check of checks) {
      try {
        return check(value, path);
      } catch (fault) {
        faults.push((fault as Error).message);
      }
    }
    throw new InvalidProgram(faults.join('; or '));
  };

export const list =
  (each: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) fail(path, 'a list', value);
    (value as readonly Json[]).forEach((one, i) => {
      each(one, `${path}[${i}]`);
    });
  };

export const dictionary =
  (each: Check): Check =>
  (value, path) => {
    if (!isPlain(value)) fail(path, 'an object', value);
    for (const [key, one] of Object.entries(value as JsonObject)) each(one, `${path}.${key}`);
  };

/** Fields of an object; a name that ends in `?` is optional. Others are refused. */
export const fields = (shape: { readonly [field: string]: Check }): Check => {
  const known = new Map(
    Object.entries(shape).map(([name, check]) => [
      name.replace('?', ''),
      { check, optional: name.endsWith('?') },
    ]),
  );
  return (value, path) => {
    if (!isPlain(value)) fail(path, 'an object', value);
    const object = value as JsonObject;
    for (const name of Object.keys(object))
      if (!known.has(name)) throw new InvalidProgram(`${path}: unknown field "${name}"`);
    for (const [name, { check, optional }] of known) {
      const field = object[name];
      if (field !== undefined) check(field, `${path}.${name}`);
      else if (!optional) throw new InvalidProgram(`${path}: field "${name}" is missing`);
    }
  };
};

/** An array of a word and its arguments, each word with its own; an argument may be optional at the end. */
export const words = (
  what: string,
  shapes: { readonly [word: string]: readonly Check[] },
  optionalLast: { readonly [word: string]: Check } = {},
): Check => {
  return (value, path) => {
    if (!Array.isArray(value) || typeof value[0] !== 'string') return fail(path, `a ${what}`, value);
    const [word, ...args] = value as [string, ...Json[]];
    const shape = shapes[word];
    if (shape === undefined) throw new InvalidProgram(`${path}: unknown ${what} "${word}"`);
    const last = optionalLast[word];
    const all = last === undefined || args.length <= shape.length ? shape : [...shape, last];
    if (args.length !== all.length) fail(path, `${all.length} arguments of "${word}"`, value);
    all.forEach((check, i) => {
      check(args[i] as Json, `${path}[${i + 1}]`);
    });
  };
};

/** A term in the encoding of programs. */
export const term: Check = (value, path) => {
  if (typeof value === 'number') return integer(value, path);
  if (Array.isArray(value)) return list(term)(value, path);
  if (!isPlain(value)) return;
  const keys = Object.keys(value);
  const check = keys.length === 1 ? termObjects[keys[0] as string] : undefined;
  if (check === undefined) return fail(path, 'a term', value);
  check(value[keys[0] as string] as Json, path);
};

const pair: Check = (value, path) => {
  if (!Array.isArray(value) || value.length !== 2) fail(path, 'a key and a value', value);
  list(term)(value, path);
};

/** One step of a script; see {@link script}. Set where the steps are known. */
export const script: Check = (value, path) => list(step)(value, path);

const returnOption = either(
  fields({ timeout: millis }),
  fields({ hibernate: oneOf(true) }),
  fields({ continue: script }),
);

const returned = words(
  'return',
  {
    ok: [],
    ignore: [],
    stop: [term],
    raw: [term],
    reply: [term],
    reply_data: [],
    noreply: [],
  },
  { ok: returnOption, reply: returnOption, noreply: returnOption, stop: term },
);

const steps: Check = words('step', {
  log: [term],
  log_data: [],
  append: [term],
  sleep: [millis],
  hang: [],
  trap: [bool],
  save_from: [],
  reply_saved: [term],
  reply_now: [term],
  info_self: [script],
  cast_self: [script],
  send_after: [millis, script],
  send: [term, term],
  raise: [text],
  throw: [term],
  exit: [term],
  exit_signal: [term, term],
  link: [term],
  monitor: [term],
  call: [term, script, millis],
  try_call: [term, script, millis],
  cast: [term, script],
  stop_call: [term, term, millis],
  return: [returned],
});
const step: Check = (value, path) => steps(value, path);

const termObjects: { readonly [key: string]: Check } = {
  t: list(term),
  m: list(pair),
  b: text,
  pid: text,
  ref: text,
  script,
};
