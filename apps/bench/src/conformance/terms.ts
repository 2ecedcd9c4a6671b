import type { AnyPid, MonitorRef } from '@memvisor/supervisor';

/** A tuple. */
export class Tuple {
  readonly items: readonly Term[];
  constructor(...items: Term[]) {
    this.items = items;
  }
}

/** A binary: a text string that is no atom. */
export class Binary {
  constructor(readonly text: string) {}
}

/** A map, by the canonical text of its keys. */
export class TermMap {
  readonly entries = new Map<string, readonly [Term, Term]>();
}

/** A script message: what the callback that receives it has to do. */
export class Script {
  constructor(readonly steps: readonly Json[]) {}
}

/** The opaque record of a child that OTP puts into an error. */
export class ChildRecord {
  constructor(readonly id: Term) {}
}

/** Something that is JSON of the trace already. */
export class Raw {
  constructor(readonly json: Json) {}
}

/**
 * Erlang terms as the runner keeps them. Atoms are strings, so that `'normal'`, `'shutdown'` … are the runtime's
 * own reasons; `true`, `false` and `null` are the atoms of these names, lists are arrays. An object that is none
 * of the classes here is a reason, pid or reference of the runtime.
 */
export type Term =
  | string
  | number
  | boolean
  | null
  | readonly Term[]
  | Tuple
  | Binary
  | TermMap
  | Script
  | Raw
  | AnyPid
  | MonitorRef
  | object;

/** What a JSON file holds. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

export const isPlain = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text without white space, keys in ascending order of their bytes: equal values have equal texts. */
export const canonical = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isPlain(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort(byBytes);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`).join(',')}}`;
};

/** The order of UTF-8 bytes, which is that of code points; JavaScript's own is that of UTF-16 units. */
export const byBytes = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A copy in canonical order. */
export const sortedByText = <T extends Json>(values: readonly T[]): T[] =>
  values
    .map((value) => ({ value, text: canonical(value) }))
    .sort((a, b) => byBytes(a.text, b.text))
    .map(({ value }) => value);

export const isAtom = (term: Term): term is string | boolean | null =>
  typeof term === 'string' || typeof term === 'boolean' || term === null;

/** `{tag, …}` with `size` elements. */
export const isTagged = (term: Term, tag: string, size: number): term is Tuple =>
  term instanceof Tuple && term.items.length === size && term.items[0] === tag;

export const ok = (term: Term): Tuple => new Tuple('ok', term);
export const error = (term: Term): Tuple => new Tuple('error', term);
