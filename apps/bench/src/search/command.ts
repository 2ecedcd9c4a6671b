import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeEmbeddingFailure, openEmbedder } from '@memvisor/embedding';
import type { VectorStorage } from '@memvisor/search-index';
import { portsClosed } from '@memvisor/supervisor';
import { Option } from 'commander';
import { BenchError, type Benchmark } from '../benchmark.js';
import { describeMachine } from '../runtime/machine.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { archiveOf, textsOf } from './archive.js';
import { questionsFrom } from './generated-text.js';
import { type Latency, measureLatency } from './latency.js';
import { asMarkdown, type Report, targetTable } from './report.js';
import { type Kept, measureSynthetic, type Synthetic } from './synthetic.js';
import { judgeLatency, judgeSynthetic } from './targets.js';

interface Options {
  readonly chunks: string;
  readonly synthetic?: boolean;
  readonly reduceTo: string;
  readonly storage: VectorStorage;
  readonly keep?: string;
  readonly json?: boolean;
  readonly output?: string;
}

const documents = new URL('../../../../../docs/benchmarks/', import.meta.url);
const questionCount = 200;

/** `npm run bench -- search`: how long an answer takes. */
export const searchBenchmark: Benchmark = {
  name: 'search',
  addTo: (program) => {
    program
      .command('search')
      .description(
        'how long answers take: a real archive with the default model, or a large index of synthetic vectors',
      )
      .option('--chunks <n>', 'how many', '10000')
      .option('--synthetic', 'vectors alone, clustered; compared with exact search')
      .option('--reduce-to <n>', 'with --synthetic: numbers of each vector that are kept, 0 for all', '176')
      .addOption(
        new Option('--storage <name>', 'with --synthetic: how numbers are kept')
          .choices(['float32', 'float16', 'int8', 'int6', 'int4'])
          .default('int8'),
      )
      .option('--keep <folder>', 'where the archive stays, and is taken from if it is there')
      .option('--json', 'print machine and results as JSON, and nothing else, on stdout')
      .option(
        '--output <file>',
        'where the report goes (default: docs/benchmarks/search.md or search-synthetic.md)',
      )
      .action(run);
  },
};

const run = async (options: Options): Promise<void> => {
  const { synthetic = false, json = false } = options;
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const chunks = wholeNumber('--chunks', options.chunks, 100, 10_000_000);
  const reduceTo = wholeNumber('--reduce-to', options.reduceTo, 0, 512);
  const output =
    options.output ?? fileURLToPath(new URL(synthetic ? 'search-synthetic.md' : 'search.md', documents));
  const machine = describeMachine({ node: process.version });
  const measure = async (folder: string): Promise<void> => {
    const kept = synthetic ? ` --synthetic --storage ${options.storage} --reduce-to ${reduceTo}` : '';
    const command = `npm run bench -- search --chunks ${chunks}${kept}`;
    const measured = synthetic
      ? await largeIndex(chunks, { reduceTo, storage: options.storage }, folder, say)
      : await archive(chunks, folder, say);
    const report: Report = { machine: machine(), command, chunks, ...measured };
    console.log(json ? JSON.stringify(report, null, 1) : targetTable(report));
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, asMarkdown(report));
    say(`written: ${output}`);
    if (report.targets.some(({ met }) => !met)) process.exitCode = 1;
  };
  const measured = (folder: string) => measure(folder).finally(() => portsClosed());
  await (options.keep === undefined ? inTemporaryFolder('search', measured) : measured(options.keep));
};

type Measurement = Pick<Report, 'targets'> & { readonly latency?: Latency; readonly synthetic?: Synthetic };

const largeIndex = async (
  chunks: number,
  kept: Kept,
  folder: string,
  say: (text: string) => void,
): Promise<Measurement> => {
  const synthetic = await measureSynthetic(chunks, kept, folder, say);
  return { synthetic, targets: judgeSynthetic(synthetic) };
};

const archive = async (chunks: number, folder: string, say: (text: string) => void): Promise<Measurement> => {
  const opened = await openEmbedder();
  if (!opened.ok) throw new BenchError(describeEmbeddingFailure(opened.failure));
  const { embedder } = opened;
  try {
    const texts = textsOf(chunks);
    const video = await archiveOf(texts, folder, embedder, say);
    const asked = {
      questions: questionsFrom(texts, questionCount),
      warmUp: questionsFrom(texts, questionCount, 3),
    };
    const latency = await measureLatency(video, asked, embedder, say);
    return { latency, targets: judgeLatency(latency) };
  } finally {
    await embedder.close();
  }
};

const wholeNumber = (option: string, given: string, least: number, most: number): number => {
  const value = Number(given);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new BenchError(`${option}: expected a whole number from ${least} to ${most}, got ${given}`);
  return value;
};
