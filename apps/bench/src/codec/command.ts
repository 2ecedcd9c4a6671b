import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CodecPool, describeFailure, findFfmpeg, profileNames, startCodecPool } from '@memvisor/codec';
import { BenchError, type Benchmark } from '../benchmark.js';
import { describeMachine } from '../runtime/machine.js';
import { type ArchiveMeasured, measureArchive } from './archives.js';
import { Kept } from './kept.js';
import { asMarkdown, asText, judge, type Report } from './report.js';
import { settings } from './settings.js';
import { type Soaked, soakProfile, soakText } from './soak.js';
import { encodersOf, type Measured, measureSetting } from './sweep.js';

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly text?: string;
  readonly output?: string;
  readonly only?: string;
  readonly frames?: string;
  readonly keep?: string;
  readonly soak?: boolean;
}

const document = fileURLToPath(new URL('../../../../../docs/benchmarks/codec.md', import.meta.url));

/** `npm run bench -- codec`: how small, how fast and how surely text goes into a video and comes back. */
export const codecBenchmark: Benchmark = {
  name: 'codec',
  addTo: (program) => {
    program
      .command('codec')
      .description('video codecs and settings on random payload, and the shipped profiles on text')
      .option('--quick', '40 frames instead of 300, and no slow encoder')
      .option('--json', 'print machine and results as JSON, and nothing else, on stdout')
      .option('--text <file>', "English text for the profiles (default: this repository's documents)")
      .option('--output <file>', 'where the report goes (a full run writes docs/benchmarks/codec.md)')
      .option(
        '--only <text>',
        'only settings and profiles whose name contains this; no report unless --output',
      )
      .option(
        '--frames <count>',
        'frames of each setting (300; quick: 40) or of each soaked profile (100,000)',
      )
      .option('--keep <file>', 'keep what is measured in this file, and go on from there')
      .option('--soak', 'instead of all that: write random text with each profile and read every frame back')
      .action(run);
  },
};

const run = async (options: Options): Promise<void> => {
  const { quick = false, json = false, text, output, only = '', soak = false } = options;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const frames = options.frames === undefined ? undefined : Number(options.frames);
  if (frames !== undefined && !(Number.isInteger(frames) && frames > 0))
    throw new BenchError(`--frames ${options.frames}: a whole number above 0 was expected`);
  const found = await findFfmpeg({ path: 'memory.mp4', profile: 'h264' });
  if (!found.ok) throw new BenchError(describeFailure(found.failure));
  const { program } = found.value;
  const machine = describeMachine({ node: process.version, ffmpeg: program });
  const pool = startCodecPool();
  const folder = await mkdtemp(join(tmpdir(), 'memvisor-bench-'));
  const means = { pool, folder, quick, say };
  try {
    if (soak) {
      const soaked: Soaked[] = [];
      for (const profile of profileNames)
        if (profile.includes(only)) soaked.push(await soakProfile(profile, frames ?? 100_000, means));
      console.log(json ? JSON.stringify({ machine: machine(), soaked }, null, 1) : soakText(soaked));
      if (soaked.some((one) => one.readable < one.frames)) process.exitCode = 1;
      return;
    }
    const kept = new Kept(options.keep);
    const leftOut: string[] = [];
    const sweep = await sweepSettings(program, frames ?? (quick ? 40 : 300), only, kept, leftOut, means);
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
      command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
      quick,
      textSource: text === undefined ? "This repository's documents" : `The text ${basename(text)}`,
      sweep,
      leftOut,
      archives,
    };
    if (json) console.log(JSON.stringify({ ...report, targets: judge(report) }, null, 1));
    else console.log(asText(report));
    for (const reason of leftOut) say(`left out: ${reason}`);
    const file = output ?? (quick || only !== '' ? undefined : document);
    if (file !== undefined) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, asMarkdown(report));
      say(`written: ${file}`);
    }
  } finally {
    await pool.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

const sweepSettings = async (
  program: string,
  frames: number,
  only: string,
  kept: Kept,
  leftOut: string[],
  {
    pool,
    folder,
    quick,
    say,
  }: { pool: CodecPool; folder: string; quick: boolean; say: (line: string) => void },
): Promise<Measured[]> => {
  const encoders = await encodersOf(program);
  const sweep: Measured[] = [];
  for (const setting of settings) {
    if (quick && (setting.slow === true || setting.encoder === 'libaom-av1')) continue;
    if (!`${setting.name} ${setting.profile ?? ''}`.includes(only)) continue;
    if (!encoders.has(setting.encoder)) {
      leftOut.push(`${setting.name}: this ffmpeg lacks ${setting.encoder}`);
      continue;
    }
    say(`settings: ${setting.name}`);
    try {
      const known = kept.setting(setting.name);
      const measured = known ?? (await measureSetting(setting, frames, { program, runner: pool, folder }));
      if (known === undefined) kept.addSetting(measured);
      sweep.push(measured);
    } catch (error) {
      leftOut.push(`${setting.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return sweep;
};
