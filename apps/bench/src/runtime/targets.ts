import { find, type Result } from './results.js';

/** A promise about our own results: at least or at most so much, by itself or times a result of the BEAM. */
export interface Target {
  readonly workload: string;
  readonly metric: string;
  readonly bound: 'at least' | 'at most';
  readonly value: number;
  /** The BEAM's result that `value` is a multiple of: the same metric, or another workload's. */
  readonly times?: { readonly workload: string; readonly metric: string };
}

const beam = (
  workload: string,
  metric: string,
  bound: Target['bound'],
  value: number,
  other = workload,
): Target => ({ workload, metric, bound, value, times: { workload: other, metric } });

const atMost = (workload: string, metric: string, value: number): Target => ({
  workload,
  metric,
  bound: 'at most',
  value,
});

export const targets: readonly Target[] = [
  beam('cast', 'rate', 'at least', 2),
  beam('call_seq', 'call', 'at most', 2),
  beam('call_conc', 'at_once', 'at most', 1),
  beam('call_conc', 'callers_100', 'at most', 1),
  beam('spawn', 'rate', 'at least', 1),
  beam('spawn', 'bytes', 'at most', 0.7),
  beam('start_child', 'rate', 'at least', 1.3),
  beam('start_child', 'bytes', 'at most', 0.75),
  beam('terminate_child', 'terminate', 'at most', 1),
  beam('crash_burst', 'rate', 'at least', 2),
  beam('crash_latency', 'p50', 'at most', 1),
  beam('crash_latency', 'p99', 'at most', 1),
  atMost('big_parent', 'growth', 1.2),
  atMost('big_parent', 'heap', 2.5),
  atMost('stop_tree', 'stop', 1000),
  atMost('fair', 'call_p99', 5),
  atMost('fair', 'timer_p99', 10),
  beam('fair', 'rate', 'at least', 1, 'cast'),
  atMost('telemetry', 'cast_share', 2),
  atMost('telemetry', 'call_share', 2),
];

/** How a target stands; `undefined` where what it needs was not measured. */
export interface Verdict {
  readonly target: Target;
  readonly met: boolean;
  /** What `target.value` is compared with. */
  readonly actual: number;
}

export const judge = (target: Target, results: readonly Result[]): Verdict | undefined => {
  const ours = find(results, target.workload, target.metric, 'memvisor');
  if (ours === undefined) return undefined;
  let actual = ours.median;
  if (target.times !== undefined) {
    const theirs = find(results, target.times.workload, target.times.metric, 'beam');
    if (theirs === undefined) return undefined;
    actual /= theirs.median;
  }
  return {
    target,
    actual,
    met: target.bound === 'at least' ? actual >= target.value : actual <= target.value,
  };
};
