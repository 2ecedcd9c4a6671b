import { setTimeout } from 'node:timers/promises';
import { subscribeToEncoders } from '@memvisor/encoder';
import type { Striking } from './fault.js';
import type { Round } from './round.js';

const allStages = ['chunk', 'embed', 'encode', 'verify', 'index'] as const;
/** As long as a stage of these small builds takes. */
const longestDelayMs = 120;

/**
 * Resolves at a random moment of the build: so long after the beginning of a stage. `false` when the build was over
 * before.
 */
export const randomMoment = async (round: Round, { stages = allStages }: Striking): Promise<boolean> => {
  const stage = round.chance.oneOf(stages as readonly [(typeof allStages)[number]]);
  const delayMs = round.chance.below(longestDelayMs);
  round.note = `${delayMs} ms into ${stage}`;
  let isOver = false;
  const over = round.over.then(() => {
    isOver = true;
  });
  let unsubscribe = () => {};
  const begun = new Promise<void>((resolve) => {
    unsubscribe = subscribeToEncoders((event) => {
      if (event.type === 'encoder_progress' && event.stage === stage) resolve();
    });
  });
  await Promise.race([begun, over]);
  unsubscribe();
  const waiting = new AbortController();
  await Promise.race([
    setTimeout(delayMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    over,
  ]);
  waiting.abort();
  return !isOver;
};
