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
  /** Past this no further round begins, but each workload gets one. */
  readonly maxMs: number;
  /** Told what is being run. */
  readonly progress: (text: string) => void;
}

/** What came of it. */
export interface Measured {
  readonly results: readonly Result[];
  readonly failures: readonly string[];
}

/**
 * Runs each workload on one system after the other, round after round, so that what else the machine does
 * hits all of them alike. The time is shared out evenly among the workloads still to come.
 */
export const measure = async (plan: Plan): Promise<Measured> => {
  const results: Result[] = [];
  const failures: string[] = [];
  const end = performance.now() + plan.maxMs;
  for (const [at, workload] of plan.workloads.entries()) {
    const now = performance.now();
    const until = now + (end - now) / (plan.workloads.length - at);
    const measured = await measureOne(workload, plan, until, failures);
    results.push(...measured);
  }
  return { results, failures };
};

const measureOne = async (
  workload: Workload,
  { peers, quick, rounds, progress }: Plan,
  until: number,
  failures: string[],
): Promise<Result[]> => {
  const able = peers.flatMap((peer) => {
    const size = sizeFor(workload, peer.system, quick);
    return typeof size === 'number' ? [{ peer, size, runs: [] as Metrics[] }] : [];
  });
  const failed = new Set<Peer>();
  for (let round = 0; round < rounds && (round === 0 || performance.now() < until); round++)
    for (const { peer, size, runs } of able) {
      if (failed.has(peer)) continue;
      progress(`${workload.name} on ${peer.system}, run ${round + 1} of ${rounds}`);
      try {
        runs.push(await peer.run(workload.name, size, warmUpFor(workload, peer.system, quick), longestRunMs));
      } catch (error) {
        if (!(error instanceof BenchError)) throw error;
        failed.add(peer);
        failures.push(error.message);
      }
    }
  return able.flatMap(({ peer, size, runs }) => summarise(workload, peer.system, size, runs));
};
