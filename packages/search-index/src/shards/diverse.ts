// biome-ignore-all lint/style/noNonNullAssertion: positions are within their arrays by construction.
import { chooseDiverse } from '../fusion/diverse.js';
import type { Scored } from '../top-k.js';
import { ask, type Rounds, type SlotRange } from './rounds.js';

/** Chooses the best `k` of what was found that differ from each other, by where their vectors point. */
export function* diverse<Row extends Scored>(
  isDense: readonly boolean[],
  range: SlotRange,
  ranked: readonly Row[],
  { k, diversity }: { readonly k: number; readonly diversity: number },
): Rounds<Row[]> {
  const places = ranked.map(({ slot }) => slot).filter((place) => isDense[range.shardOf(place)]);
  const unreduced = isDense.length > 1;
  const replies = yield* ask(
    'directions',
    range.byShard(places).map((asked) => asked && { ...asked, unreduced }),
  );
  const directions = range.inOrder(
    places,
    replies.map((reply) => reply?.directions),
  );
  const directionOf = new Map(places.map((place, at) => [place, directions[at]!]));
  return chooseDiverse(ranked, k, diversity, (a, b) =>
    likeness(directionOf.get(a.slot), directionOf.get(b.slot)),
  );
}

const none = new Float32Array(0);

/** The cosine of two directions, 0 where it is negative or there is none. */
const likeness = (a: Float32Array = none, b: Float32Array = none): number => {
  let cosine = 0;
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) cosine += a[at]! * b[at]!;
  return Math.max(0, cosine);
};
