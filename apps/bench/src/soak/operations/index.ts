import type { Operation } from '../operation.js';
import { calls } from './calls.js';
import { children } from './children.js';
import { ends } from './ends.js';
import { names } from './names.js';
import { spawning } from './spawning.js';
import { ties } from './ties.js';
import { timers } from './timers.js';

/** Everything that can happen. */
export const operations: readonly Operation[] = [
  ...ends,
  ...ties,
  ...names,
  ...timers,
  ...calls,
  ...children,
  ...spawning,
];
