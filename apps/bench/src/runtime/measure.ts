import { BenchError } from '../benchmark.js';
import type { Peer } from './peer.js';
import { type Result, summarise } from './results.js';
import { type Metrics, sizeFor, type Workload, warmUpFor } from './workload.js';

/** A run that takes longer has failed. */
const longestRunMs = 120_000;

/** How much to measure. */
export interface Plan {
  readonly workloads: readonly Workload[];
  readonly peers: readonly Peer[];
  readonly quick: boolean;
  /** Runs of each workload on each system. */
  readonly rounds: number;
  /** A round begins if it will be over by then, judging by those before it; the first always. */
  readonly maxMs: number;
  /** Told what is being run. */
  readonly progress: (text: string) => void;
}

/** What came of it. */
export interface Measured {
  readonly results: readonly Result[];
  readonly failures: readonly string[];
}

/** One workload on one system, and what its runs so far gave. */
interface Series {
  readonly workload: Workload;
  readonly peer: Peer;
  readonly size: number;
  readonly runs: Metrics[];
  failed: boolean;
}

/**
 * Round after round, runs each workload on one system after the other, so that what else the machine does hits all
 * of them alike, and all have as many runs when the time is over.
 */
export const measure = async ({
  workloads,
  peers,
  quick,
  rounds,
  maxMs,
  progress,
}: Plan): Promise<Measured> => {
  const failures: string[] = [];
  const all: Series[] = workloads.flatMap((workload) =>
    peers.flatMap((peer) => {
      const size = sizeFor(workload, peer.system, quick);
      return typeof size === 'number' ? [{ workload, peer, size, runs: [], failed: false }] : [];
    }),
  );
  const end = performance.now() + maxMs;
  let longestMs = 0;
  for (let round = 1; round <= rounds; round++) {
    const began = performance.now();
    if (round > 1 && began + longestMs > end) break;
    for (const series of all) {
      const { workload, peer, size, runs } = series;
      if (series.failed) continue;
      progress(`${workload.name} on ${peer.system}, run ${round} of ${rounds}`);
      try {
        runs.push(await peer.run(workload.name, size, warmUpFor(workload, peer.system, quick), longestRunMs));
      } catch (error) {
        if (!(error instanceof BenchError)) throw error;
        series.failed = true;
        failures.push(error.message);
      }
    }
    longestMs = Math.max(longestMs, performance.now() - began);
  }
  return {
    results: all.flatMap(({ workload, peer, size, runs }) => summarise(workload, peer.system, size, runs)),
    failures,
  };
};
