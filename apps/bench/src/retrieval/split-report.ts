import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../benchmark.js';
import { describeMachine } from '../runtime/machine.js';
import { readCollection } from './collection.js';
import { measureSplit, type SplitResult } from './split.js';

const document = fileURLToPath(
  new URL('../../../../../docs/benchmarks/retrieval-archives.md', import.meta.url),
);

/** `npm run bench -- retrieval --archives <n>`: do several archives answer as one of all would? */
export const runSplit = async ({
  collection: folder,
  archives,
  json = false,
  output = document,
}: {
  readonly collection: string;
  readonly archives: number;
  readonly json?: boolean;
  readonly output?: string;
}): Promise<void> => {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const machine = describeMachine({ node: process.version });
  const collection = await readCollection(folder);
  if (archives > collection.documents.length)
    throw new BenchError(`--archives ${archives}: there are only ${collection.documents.length} documents`);
  const measured = await measureSplit(collection, archives, say);
  const about = { collection: basename(folder), documents: collection.documents.length, archives };
  const report = { machine: machine(), ...about, ...measured };
  if (json) console.log(JSON.stringify(report, null, 1));
  else console.log(table(archives, measured));
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, asMarkdown(report));
  say(`written: ${output}`);
  if ([...measured.whole, ...measured.split].some(({ unreadable }) => unreadable > 0)) {
    say('some texts could not be read from the videos as they went in');
    process.exitCode = 1;
  }
};

const table = (archives: number, { whole, split, agreement }: SplitResult): string =>
  [
    `| mode | nDCG@10 of one archive | of ${archives} | same first ten chunks | largest difference of scores | p50 ms, one | p50 ms, ${archives} |`,
    '|---|---|---|---|---|---|---|',
    ...whole.flatMap((one, at) => {
      const [several, same] = [split[at], agreement[at]];
      if (several === undefined || same === undefined) return [];
      return `| ${one.mode} | ${one.ndcg.toFixed(4)} | ${several.ndcg.toFixed(4)} | ${same.sameTopTen} of ${same.questions} | ${same.scoreDifference.toExponential(1)} | ${one.milliseconds.p50.toFixed(1)} | ${several.milliseconds.p50.toFixed(1)} |`;
    }),
  ].join('\n');

const asMarkdown = ({
  machine,
  collection,
  documents,
  archives,
  ...measured
}: SplitResult & {
  readonly machine: object;
  readonly collection: string;
  readonly documents: number;
  readonly archives: number;
}): string => `# Several archives as one

Written by \`npm run bench -- retrieval --collection <folder> --archives ${archives}\`. The collection is encoded once into one video and
once into ${archives}, of as many documents each; both are asked every question, texts read from the frames.

- collection: ${collection}, ${documents} documents, ${measured.whole[0]?.questions ?? 0} judged questions, ${measured.chunks} chunks
- machine: ${Object.entries(machine)
  .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  .join(', ')}

${table(archives, measured)}

Scores may differ in late digits: how they spread is sampled with the question rounded to 16 bits, to another scale in each index.
`;
