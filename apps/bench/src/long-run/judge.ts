import { describeGrowth, type HeapContent } from './content.js';
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

/** What the heap was made of at some moments. */
export type ContentSample = { readonly seconds: number; readonly content: HeapContent };

export type Judgement = {
  readonly heap: Memory;
  /** The part of the heap that is values of the program: what a leak is in. */
  readonly data: Memory;
  /** The part that V8 makes of the program: code, feedback, shapes of objects. */
  readonly engine: Memory;
  readonly rss: Memory;
  /** What must not have been so. */
  readonly violations: readonly string[];
};

/** Shorter runs are still warming up: their memory is told, not judged. */
export const judgedMinutes = 4;
/**
 * Growth within these is noise, whatever the line says. V8 goes on compiling, less and less, for as long as there are
 * functions of the program that have become hot; all there are make a few megabytes.
 */
const noiseMb = { data: 0.3, engine: 6, rss: 25 } as const;

const counted = ['processes', 'osProcesses', 'handles', 'descriptors', 'registryEntries', 'files'] as const;

const bytesInMb = 2 ** 20;

/** How what was measured at some seconds went. */
const memoryOf = (points: readonly (readonly [seconds: number, mb: number])[]): Memory => {
  const { slope, error }: Trend = trendOf(points.map(([seconds, mb]) => [seconds / 60, mb]));
  const [first, last] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  return { slopeMb: slope, errorMb: error, grownMb: slope * ((last - first) / 60) };
};

/**
 * Looks at the samples after the first tenth.
 * @throws {RangeError} where there are fewer than three of them
 */
export const judge = (
  samples: readonly Sample[],
  contents: readonly ContentSample[],
  minutes: number,
): Judgement => {
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
  const memory = (what: 'heapMb' | 'rssMb') => memoryOf(later.map((one) => [one.seconds, one[what]]));
  const laterContents = contents.filter(({ seconds }) => seconds >= minutes * 6);
  const content = (what: 'dataBytes' | 'engineBytes') =>
    memoryOf(laterContents.map((one) => [one.seconds, one.content[what] / bytesInMb]));
  const [heap, rss] = [memory('heapMb'), memory('rssMb')];
  const [data, engine] = [content('dataBytes'), content('engineBytes')];
  if (minutes >= judgedMinutes) {
    for (const [name, { slopeMb, errorMb, grownMb }, noise] of [
      ['data in the heap', data, noiseMb.data],
      ['code in the heap', engine, noiseMb.engine],
      ['RSS', rss, noiseMb.rss],
    ] as const)
      if (slopeMb > 3 * errorMb && grownMb > noise)
        violations.push(`${name} grew by ${slopeMb.toFixed(3)} MB a minute (±${errorMb.toFixed(3)})`);
    const [before, after] = [laterContents[0], laterContents.at(-1)];
    if (before !== undefined && after !== undefined && violations.some((one) => one.startsWith('data')))
      violations.push(`there is more of: ${describeGrowth(before.content, after.content)}`);
  }
  return { heap, data, engine, rss, violations };
};
