/** A straight line through points, by least squares: how much y grows for each x, and how sure that is. */
export type Trend = {
  readonly slope: number;
  /** Standard error of the slope. */
  readonly error: number;
};

/** @throws {RangeError} for fewer than three points */
export const trendOf = (points: readonly (readonly [number, number])[]): Trend => {
  const n = points.length;
  if (n < 3) throw new RangeError('a trend needs three points');
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (n - 2) / spread) };
};
