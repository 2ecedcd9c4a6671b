import type { Metric, Metrics, SystemName, Workload } from './workload.js';

/** What the runs of one workload on one system gave for one metric. */
export interface Result {
  readonly workload: string;
  readonly metric: string;
  readonly system: SystemName;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  readonly size: number;
}

/** The middle of the values; of an even number the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
};

/** One result for each metric that the runs have. */
export const summarise = (
  { name, metrics }: Workload,
  system: SystemName,
  size: number,
  runs: readonly Metrics[],
): Result[] =>
  metrics.flatMap((metric) => {
    const values = runs.flatMap((run) => run[metric.name] ?? []);
    if (values.length === 0) return [];
    return {
      workload: name,
      metric: metric.name,
      system,
      unit: metric.unit,
      median: median(values),
      min: Math.min(...values),
      max: Math.max(...values),
      runs: values.length,
      size,
    };
  });

/** The result of one metric on one system, if it was measured. */
export const find = (
  results: readonly Result[],
  workload: string,
  metric: string,
  system: SystemName,
): Result | undefined =>
  results.find((one) => one.workload === workload && one.metric === metric && one.system === system);

/** How many times better `ours` is than `theirs`: above 1 we are ahead. */
export const ratio = (metric: Pick<Metric, 'better'>, ours: number, theirs: number): number =>
  metric.better === 'more' ? ours / theirs : theirs / ours;
