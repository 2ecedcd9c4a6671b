import type { Sample } from './sample.js';
import { type Trend, trendOf } from './trend.js';

/** How one kind of memory went. */
export type Memory = {
  /** MB a minute, after the first tenth. */
  readonly slopeMb: number;
  /** Standard error of the slope. */
  readonly errorMb: number;
  /** What a straight line says that it grew, in MB. */
  readonly grownMb: number;
};

export type Judgement = {
  readonly heap: Memory;
  readonly rss: Memory;
  /** What must not have been so. */
  readonly violations: readonly string[];
};

/** Shorter runs are still warming up: their memory is told, not judged. */
export const judgedMinutes = 4;
/** Growth within these is noise, whatever the line says. */
const noiseMb = { heap: 3, rss: 25 } as const;

const counted = ['processes', 'osProcesses', 'handles', 'descriptors', 'registryEntries', 'files'] as const;

/** Looks at the samples after the first tenth. @throws {RangeError} where there are fewer than three of them */
export const judge = (samples: readonly Sample[], minutes: number): Judgement => {
  const later = samples.filter(({ seconds }) => seconds >= minutes * 6);
  const violations: string[] = [];
  const [first] = later;
  if (first === undefined) throw new RangeError('no samples after the first tenth');
  for (const what of counted) {
    const most = Math.max(...later.slice(-Math.ceil(later.length / 3)).map((sample) => sample[what]));
    // All of it is at rest at each sample: what there is more at the end has stayed.
    if (Math.min(...later.slice(-3).map((sample) => sample[what])) > first[what])
      violations.push(`${what} grew from ${first[what]} to ${most}`);
  }
  const memory = (what: 'heapMb' | 'rssMb'): Memory => {
    const { slope, error }: Trend = trendOf(later.map((sample) => [sample.seconds / 60, sample[what]]));
    const last = later.at(-1)?.seconds ?? first.seconds;
    return { slopeMb: slope, errorMb: error, grownMb: slope * ((last - first.seconds) / 60) };
  };
  const heap = memory('heapMb');
  const rss = memory('rssMb');
  if (minutes >= judgedMinutes)
    for (const [name, { slopeMb, errorMb, grownMb }, noise] of [
      ['heap', heap, noiseMb.heap],
      ['RSS', rss, noiseMb.rss],
    ] as const)
      if (slopeMb > 3 * errorMb && grownMb > noise)
        violations.push(`${name} grew by ${slopeMb.toFixed(2)} MB a minute (±${errorMb.toFixed(2)})`);
  return { heap, rss, violations };
};
