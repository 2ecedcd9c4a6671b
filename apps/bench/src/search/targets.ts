import type { Latency } from './latency.js';
import type { Synthetic } from './synthetic.js';

/** A promise and what was measured. */
export interface Verdict {
  readonly what: string;
  readonly bound: 'at most' | 'at least';
  readonly target: number;
  readonly unit: string;
  readonly actual: number;
  readonly met: boolean;
}

const verdict = (
  what: string,
  actual: number,
  bound: Verdict['bound'],
  target: number,
  unit: string,
): Verdict => ({
  what,
  bound,
  target,
  unit,
  actual,
  met: bound === 'at most' ? actual <= target : actual >= target,
});

/** What is promised for 10,000 chunks. */
export const judgeLatency = ({ uncached, cached, concurrent, cold }: Latency): Verdict[] => [
  verdict('top 5, nothing cached, p50', uncached.p50, 'at most', 15, 'ms'),
  verdict('top 5, nothing cached, p99', uncached.p99, 'at most', 40, 'ms'),
  verdict('top 5, frames cached, p50', cached.p50, 'at most', 6, 'ms'),
  verdict('50 callers at once', concurrent.perSecond, 'at least', 200, 'searches/s'),
  verdict('50 callers at once, the slowest', concurrent.worst, 'at most', 500, 'ms'),
  verdict('`memvisor search` from start to end, p50', cold.p50, 'at most', 700, 'ms'),
];

/** What is promised for a million vectors. */
export const judgeSynthetic = ({ search, bytesPerChunk, recall }: Synthetic): Verdict[] => [
  verdict('top 5 by vectors, p50', search.p50, 'at most', 60, 'ms'),
  verdict('index a chunk', bytesPerChunk, 'at most', 200, 'bytes'),
  verdict('recall@10 against exact search in float32', recall, 'at least', 0.95, ''),
];
