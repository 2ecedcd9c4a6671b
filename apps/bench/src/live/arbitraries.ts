import fc from 'fast-check';
import type { Json, JsonObject } from '../conformance/terms.js';

/** A generated program, with the suite that it belongs to. */
export interface LiveProgram {
  readonly suite: string;
  readonly program: JsonObject;
}

export const pid = (label: string): Json => ({ pid: label });
export const tuple = (...items: readonly Json[]): Json => ({ t: items });

/** One of the values, each as likely as the next. */
export const among = <T extends Json>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Exit reasons, the special ones more often than others. */
export const reason: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 4,
    arbitrary: among<Json>(':normal', ':shutdown', ':kill', ':boom', tuple(':shutdown', ':why')),
  },
  { weight: 1, arbitrary: among<Json>(':killed', ':noproc', ':timeout', 7, 'text', tuple(':a', 1)) },
);

/** Terms that mean nothing to anybody. */
export const plainTerm: fc.Arbitrary<Json> = among<Json>(
  ':hello',
  5,
  'text',
  null,
  [1, 2],
  tuple(':a', 'b'),
  { m: [[':k', 1]] },
);

/** An object with some of the optional fields. */
export const withSome = (
  required: { readonly [field: string]: fc.Arbitrary<Json> },
  optional: { readonly [field: string]: fc.Arbitrary<Json> } = {},
): fc.Arbitrary<JsonObject> =>
  fc.record({ ...required, ...optional } as { [field: string]: fc.Arbitrary<Json> }, {
    requiredKeys: Object.keys(required),
  }) as fc.Arbitrary<JsonObject>;

/** An op. */
export const op = (
  name: string,
  required: { readonly [field: string]: fc.Arbitrary<Json> } = {},
  optional: { readonly [field: string]: fc.Arbitrary<Json> } = {},
): fc.Arbitrary<JsonObject> => withSome(required, optional).map((fields) => ({ op: name, ...fields }));

/** Arbitraries by how often they are wanted. */
export const weighted = <T>(...pairs: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...pairs.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** A program of these ops. */
export const programOf = (
  suite: string,
  order: string,
  ops: fc.Arbitrary<readonly JsonObject[]>,
  more: fc.Arbitrary<JsonObject> = fc.constant({}),
): fc.Arbitrary<LiveProgram> =>
  fc.tuple(ops, more).map(([list, rest]) => ({ suite, program: { order, ...rest, ops: list } }));

/** First the ones, then the others. */
export const sequence = (
  ...parts: readonly fc.Arbitrary<readonly JsonObject[]>[]
): fc.Arbitrary<readonly JsonObject[]> => fc.tuple(...parts).map((lists) => lists.flat());
