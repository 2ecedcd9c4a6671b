import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeFailure, findFfmpeg, profileNames, startCodecPool } from '@memvisor/codec';
import { Option } from 'commander';
import { BenchError, type Benchmark } from '../benchmark.js';
import { describeMachine } from '../runtime/machine.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { type ArchiveMeasured, measureArchive } from './archives.js';
import { type IndexMeasured, measureIndexes } from './index-sizes.js';
import { Kept } from './kept.js';
import { asMarkdown, asText, judge, type Report } from './report.js';
import { loadSoak, saveSoak, soakProfiles } from './soak.js';
import { soakAsMarkdown, soakAsText } from './soak-report.js';
import { type Means, sweepSettings } from './sweep-settings.js';
import { textDigest } from './text.js';

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly text?: string;
  readonly output?: string;
  readonly only?: string;
  readonly frames?: string;
  readonly keep?: string;
  readonly soak?: boolean;
  readonly seed?: string;
}

const documentOf = (name: string): string =>
  fileURLToPath(new URL(`../../../../../docs/benchmarks/${name}`, import.meta.url));

/** `npm run bench -- codec`: how small, how fast and how surely text goes into a video and comes back. */
export const codecBenchmark: Benchmark = {
  name: 'codec',
  addTo: (program) => {
    program
      .command('codec')
      .description('video codecs and settings on random payload, and the shipped profiles on text')
      .option('--quick', '40 frames instead of 300, and no slow encoder')
      .option('--json', 'print machine and results as JSON, and nothing else, on stdout')
      .option('--text <file>', 'English text for the profiles (default: addresses on the State of the Union)')
      .option(
        '--output <file>',
        'where the report goes (a full run writes docs/benchmarks/codec.md, a full soak codec-soak.md)',
      )
      .option(
        '--only <text>',
        'only settings and profiles whose name contains this ("index": the index alone); no report unless --output',
      )
      .option(
        '--frames <count>',
        'frames of each setting (300; quick: 40) or of each soaked profile (100,000)',
      )
      .option(
        '--keep <file>',
        'keep what is measured in this file, and go on from there with the same text and options',
      )
      .addOption(
        new Option(
          '--soak',
          'instead of all that: write random text with each profile and read every frame back',
        ).conflicts(['quick', 'text']),
      )
      .option('--seed <number>', 'what the text of a soak is made of (default: another each time)')
      .action(run);
  },
};

const wholeNumber = (option: string, text: string | undefined): number | undefined => {
  const value = text === undefined ? undefined : Number(text);
  if (value !== undefined && !(Number.isInteger(value) && value > 0))
    throw new BenchError(`--${option} ${text}: a whole number above 0 was expected`);
  return value;
};

const run = async (options: Options): Promise<void> => {
  const { quick = false, soak = false } = options;
  if (!soak && options.seed !== undefined) throw new BenchError('--seed is for --soak alone');
  const found = await findFfmpeg({ path: 'memory.mp4', profile: 'h264' });
  if (!found.ok) throw new BenchError(describeFailure(found.failure));
  const pool = startCodecPool();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  await inTemporaryFolder('bench', async (folder) => {
    try {
      const means = { pool, folder, quick, say };
      if (soak) await runSoak(options, found.value.program, means);
      else await runSweep(options, found.value.program, means);
    } finally {
      await pool.stop();
    }
  });
};

type BasicMeans = Omit<Means, 'kept' | 'leaveOut'>;

const command = (): string =>
  ['npm run bench --', ...process.argv.slice(2).map((part) => basename(part))].join(' ');

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

const runSoak = async (options: Options, ffmpeg: string, means: BasicMeans): Promise<void> => {
  const { only = '', keep, json = false } = options;
  const frames = wholeNumber('frames', options.frames) ?? 100_000;
  const machine = describeMachine({ node: process.version, ffmpeg });
  const names = profileNames.filter((profile) => profile.includes(only));
  const file = options.output ?? (only === '' ? documentOf('codec-soak.md') : undefined);
  const seed = wholeNumber('seed', options.seed);
  let soak = loadSoak(keep, seed ?? randomInt(1, 2 ** 31));
  if (seed !== undefined && soak.seed !== seed)
    throw new BenchError(`--seed ${seed}: the soak that ${keep} holds goes on with its own, ${soak.seed}`);
  let isStopped = false;
  process.once('SIGINT', () => {
    means.say('soak: ends with this archive (again: at once)');
    isStopped = true;
  });
  means.say(`soak: seed ${soak.seed}`);
  for await (soak of soakProfiles(names, frames, soak, means, () => isStopped)) {
    saveSoak(keep, soak);
    if (file !== undefined) write(file, soakAsMarkdown(soak, machine(), command()));
  }
  console.log(json ? JSON.stringify({ machine: machine(), ...soak }, null, 1) : soakAsText(soak));
  if (soak.tallies.some((one) => one.readable < one.frames)) process.exitCode = 1;
};

const runSweep = async (options: Options, ffmpeg: string, basic: BasicMeans): Promise<void> => {
  const { quick, say } = basic;
  const { json = false, text, output, only = '' } = options;
  const frames = wholeNumber('frames', options.frames) ?? (quick ? 40 : 300);
  const machine = describeMachine({ node: process.version, ffmpeg });
  const kept = new Kept(options.keep, { text: textDigest(text), frames, quick });
  const leftOut: string[] = [];
  const means: Means = { ...basic, kept, leaveOut: (reason) => leftOut.push(reason) };
  const sweep = await sweepSettings(ffmpeg, frames, only, means);
  const archives: ArchiveMeasured[] = [];
  for (const profile of profileNames) {
    if (!profile.includes(only) || (quick && profile === 'av1')) continue;
    say(`archive: ${profile}`);
    try {
      const measured = kept.archive(profile) ?? (await measureArchive(profile, text, means));
      if (kept.archive(profile) === undefined) kept.addArchive(measured);
      archives.push(measured);
    } catch (error) {
      leftOut.push(`${profile}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const report: Report = {
    machine: machine(),
    command: command(),
    quick,
    textSource: text === undefined ? 'Addresses on the State of the Union' : `The text ${basename(text)}`,
    sweep,
    leftOut,
    archives,
    indexes: 'index'.includes(only) ? await measuredIndexes(text, means) : [],
  };
  if (json) console.log(JSON.stringify({ ...report, targets: judge(report) }, null, 1));
  else console.log(asText(report));
  for (const reason of leftOut) say(`left out: ${reason}`);
  const file = output ?? (quick || only !== '' ? undefined : documentOf('codec.md'));
  if (file === undefined) return;
  write(file, asMarkdown(report));
  say(`written: ${file}`);
};

const measuredIndexes = async (
  text: string | undefined,
  { kept, quick, folder, say }: Means,
): Promise<readonly IndexMeasured[]> => {
  if (kept.indexes.length > 0) return kept.indexes;
  say('index: of the same text, with the default model');
  const measured = await measureIndexes(text, quick ? 200_000 : 1_000_000, folder);
  kept.addIndexes(measured);
  return measured;
};
