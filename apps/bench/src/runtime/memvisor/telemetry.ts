import { register } from 'node:module';
import { percentile } from '../clock.js';
import type { Run } from '../workload.js';
import type { Messages } from './telemetry-copy.js';

/** Copies of each kind: two copies of the same code differ by some percent, for where they happen to lie. */
const copies = 8;
/** Casts of a batch, or ten times the calls; few, so that what else the machine does hits few batches. */
const batch = 5000;

const load = async (copy: string): Promise<Messages> => {
  const module = (await import(`./telemetry-copy.js?copy=${copy}`)) as typeof import('./telemetry-copy.js');
  return module.startMessages();
};

const loadAll = (kind: string): Promise<Messages[]> =>
  Promise.all(Array.from({ length: copies }, (_none, at) => load(`${kind}${at}`)));

let loaded: Promise<readonly [Messages[], Messages[], Messages[]]> | undefined;

/** The best batch of each copy, and of these the median: how long it takes in milliseconds. */
const best = async (
  kinds: readonly Messages[][],
  rounds: number,
  run: (copy: Messages) => Promise<number>,
) => {
  const times = kinds.map((kind) => kind.map(() => Number.POSITIVE_INFINITY));
  for (let round = 0; round < rounds; round++)
    for (let at = 0; at < copies; at++)
      for (const [which, kind] of kinds.entries()) {
        const mine = times[which] as number[];
        mine[at] = Math.min(mine[at] as number, await run(kind[at] as Messages));
      }
  return times.map((mine) => percentile(mine, 0.5));
};

/**
 * The runtime as it is beside itself with every check for listeners taken out of its source; and, so that one can
 * tell what such a figure is worth, beside more copies of itself.
 */
export const telemetry: Run = async (size) => {
  loaded ??= (async () => {
    register('./unwatched-hooks.js', import.meta.url);
    return [await loadAll('watched'), await loadAll('again'), await loadAll('unwatched')] as const;
  })();
  const kinds = await loaded;
  const rounds = Math.ceil(size / batch / copies);
  const more = (one = 0, other = 0) => (one / other - 1) * 100;
  const [cast, castAgain, castUnwatched] = await best(kinds, rounds, (copy) => copy.cast(batch));
  const [call, callAgain, callUnwatched] = await best(kinds, rounds, (copy) => copy.call(batch / 10));
  return {
    cast_share: more(cast, castUnwatched),
    cast_control: more(cast, castAgain),
    call_share: more(call, callUnwatched),
    call_control: more(call, callAgain),
  };
};
