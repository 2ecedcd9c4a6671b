import { anything, variable } from '@memvisor/supervisor';
import { isPid, isRef } from './refs.js';
import { Binary, canonical, type Json, type Term, TermMap, Tuple } from './terms.js';
import type { World } from './world.js';

type Wrapped = { readonly list: readonly unknown[] } | { readonly map: { readonly [key: string]: unknown } };

/**
 * A term as a value that the registry compares and matches by its contents, in Erlang's order of kinds: atoms
 * are symbols, binaries texts, tuples arrays.
 */
export const plainValue = (term: Term): unknown => convert(term, plainValue);

/** The same for a pattern: `:_` matches anything, `:"$1"` binds. */
export const plainPattern = (term: Term): unknown => {
  if (term === '_') return anything;
  if (typeof term === 'string' && /^\$\d+$/.test(term)) return variable(term);
  return convert(term, plainPattern);
};

const convert = (term: Term, inner: (term: Term) => unknown): unknown => {
  if (typeof term === 'string') return Symbol.for(term);
  if (term instanceof Binary) return term.text;
  if (term instanceof Tuple) return term.items.map(inner);
  if (Array.isArray(term)) return { list: term.map(inner) };
  if (!(term instanceof TermMap)) return term;
  const entries = [...term.entries].map(([key, [, value]]) => [key, inner(value)] as const);
  return { map: Object.fromEntries(entries) };
};

/** The way back. */
export const termOf = (world: World, value: unknown): Term => {
  if (typeof value === 'symbol') return Symbol.keyFor(value) as string;
  if (typeof value === 'string') return new Binary(value);
  if (Array.isArray(value)) return new Tuple(...value.map((item) => termOf(world, item)));
  if (typeof value !== 'object' || value === null || isPid(value) || isRef(value)) return value as Term;
  const wrapped = value as Wrapped;
  if ('list' in wrapped) return wrapped.list.map((item) => termOf(world, item));
  if (!('map' in wrapped)) return value;
  const map = new TermMap();
  for (const [key, one] of Object.entries(wrapped.map)) {
    const term = world.codec.decode(JSON.parse(key) as Json);
    map.entries.set(canonical(world.codec.encode(term)), [term, termOf(world, one)]);
  }
  return map;
};
