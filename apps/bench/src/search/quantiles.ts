/** Times in milliseconds, summed up. */
export interface Taken {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

/** The median and the 99th percentile, each a value that occurred. */
export const quantiles = (values: readonly number[]): Taken => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), count: sorted.length };
};
