import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildStats } from '@memvisor/encoder';
import { InvalidArgumentError } from 'commander';
import type { Benchmark } from '../benchmark.js';
import { describeMachine } from '../runtime/machine.js';
import { readCollection } from './collection.js';
import { runSplit } from './split-report.js';
import { measureThroughVideo, type RetrievalResult } from './through-video.js';

interface Options {
  readonly collection: string;
  readonly archives?: number;
  readonly json?: boolean;
  readonly output?: string;
}

const document = fileURLToPath(new URL('../../../../../docs/benchmarks/retrieval.md', import.meta.url));

/** `npm run bench -- retrieval`: is the right text found, on a judged collection, through the video? */
export const retrievalBenchmark: Benchmark = {
  name: 'retrieval',
  addTo: (program) => {
    program
      .command('retrieval')
      .description('search quality on a judged collection, encoded into a video and read back from it')
      .requiredOption('--collection <folder>', 'docs.jsonl, queries.jsonl and qrels.tsv')
      .option(
        '--archives <n>',
        'split it into so many archives, search them as one, and compare with one archive of all',
        several,
      )
      .option('--json', 'print machine and results as JSON, and nothing else, on stdout')
      .option(
        '--output <file>',
        'where the report goes (default: docs/benchmarks/retrieval.md, with --archives retrieval-archives.md)',
      )
      .action(run);
  },
};

const several = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 2 || value > 100)
    throw new InvalidArgumentError('Expected a whole number from 2 to 100.');
  return value;
};

const run = async (options: Options): Promise<void> => {
  if (options.archives !== undefined) return runSplit({ ...options, archives: options.archives });
  const { collection: folder, json = false, output = document } = options;
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const machine = describeMachine({ node: process.version });
  const collection = await readCollection(folder);
  const { built, results } = await measureThroughVideo(collection, say);
  const report = {
    machine: machine(),
    collection: basename(folder),
    documents: collection.documents.length,
    questions: results[0]?.questions ?? 0,
    chunks: built.totalChunks,
    frames: built.totalFrames,
    model: built.model,
    results: results.map(({ mode, ndcg, recall, reciprocalRank, milliseconds, unreadable }) => ({
      mode,
      'nDCG@10': ndcg,
      'recall@10': recall,
      'MRR@10': reciprocalRank,
      milliseconds,
      unreadable,
    })),
  };
  if (json) console.log(JSON.stringify(report, null, 1));
  else console.log(table(results));
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, asMarkdown(folder, report.machine, collection.documents.length, built, results));
  say(`written: ${output}`);
  if (results.some(({ unreadable }) => unreadable > 0)) {
    say('some texts could not be read from the video as they went in');
    process.exitCode = 1;
  }
};

const table = (results: readonly RetrievalResult[]): string =>
  [
    '| mode | nDCG@10 | recall@10 | MRR@10 | p50 ms | p99 ms |',
    '|---|---|---|---|---|---|',
    ...results.map(
      ({ mode, ndcg, recall, reciprocalRank, milliseconds: { p50, p99 } }) =>
        `| ${mode} | ${ndcg.toFixed(3)} | ${recall.toFixed(3)} | ${reciprocalRank.toFixed(3)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`,
    ),
  ].join('\n');

const asMarkdown = (
  folder: string,
  machine: object,
  documents: number,
  built: BuildStats,
  results: readonly RetrievalResult[],
): string => `# Retrieval

Written by \`npm run bench -- retrieval --collection <folder>\`. The collection is encoded into a video; every text that
counts was read back from its frames and compared with what went in.

- collection: ${basename(folder)}, ${documents} documents, ${results[0]?.questions ?? 0} judged questions
- archive: ${built.totalChunks} chunks in ${built.totalFrames} frames, model ${built.model}
- machine: ${Object.entries(machine)
  .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  .join(', ')}

${table(results)}

Documents are ranked by their best chunk. Times are those of whole searches, the question's embedding included, with
frames coming into the cache as they are asked for.
`;
