import { ffmpegFaults } from './ffmpeg.js';
import { inputFaults } from './inputs.js';
import { nodeFaults } from './node.js';
import { placeFaults } from './places.js';
import { processFaults } from './processes.js';
import { workerFaults } from './workers.js';

/** Faults of a build in this Node process. */
export const faultsHere = [
  ...ffmpegFaults,
  ...workerFaults,
  ...placeFaults,
  ...inputFaults,
  ...processFaults,
] as const;

/** All kinds of faults. */
export const kinds = [...faultsHere, ...nodeFaults] as const;
export type Kind = (typeof kinds)[number];
