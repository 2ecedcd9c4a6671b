import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeFailure, findFfmpeg, startCodecPool } from '@memvisor/codec';
import { BenchError, type Benchmark } from '../benchmark.js';
import { describeMachine } from '../runtime/machine.js';
import { measureArchives } from './archives.js';
import { asMarkdown, asText, judge, type Report } from './report.js';
import { settings } from './settings.js';
import { encodersOf, type Measured, measureSetting } from './sweep.js';
import { readChunks } from './text.js';

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly text?: string;
  readonly output?: string;
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
      .action(run);
  },
};

const run = async ({ quick = false, json = false, text, output }: Options): Promise<void> => {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const found = await findFfmpeg({ path: 'memory.mp4', profile: 'h264' });
  if (!found.ok) throw new BenchError(describeFailure(found.failure));
  const { program } = found.value;
  const machine = describeMachine({ node: process.version, ffmpeg: program });
  const chunks = readChunks(text, quick ? 200_000 : 1_000_000);
  const encoders = await encodersOf(program);
  const pool = startCodecPool();
  const folder = await mkdtemp(join(tmpdir(), 'memvisor-bench-'));
  try {
    const sweep: Measured[] = [];
    const leftOut: string[] = [];
    for (const setting of settings) {
      if (quick && (setting.slow === true || setting.encoder === 'libaom-av1')) continue;
      if (!encoders.has(setting.encoder)) {
        leftOut.push(`${setting.name}: this ffmpeg lacks ${setting.encoder}`);
        continue;
      }
      say(`settings: ${setting.name}`);
      try {
        sweep.push(await measureSetting(setting, quick ? 40 : 300, { program, runner: pool, folder }));
      } catch (error) {
        leftOut.push(`${setting.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const archives = await measureArchives(chunks, { pool, folder, quick, say });
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
    const file = output ?? (quick ? undefined : document);
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
