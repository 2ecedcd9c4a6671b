// npm run bench -- <name> [options]: measures; `npm run bench -- --help` lists what there is.
import { Command } from 'commander';
import { BenchError, type Benchmark } from './benchmark.js';
import { codecBenchmark } from './codec/command.js';
import { coldBenchmark } from './cold/command.js';
import { collectionBenchmark } from './collections/command.js';
import { embeddingBenchmark } from './embedding/command.js';
import { pipelineBenchmark } from './pipeline/command.js';
import { retrievalBenchmark } from './retrieval/command.js';
import { runCommand } from './run-command.js';
import { runtimeBenchmark } from './runtime/command.js';
import { searchBenchmark } from './search/command.js';

/** Each benchmark has its own file or folder beside this one and a line here. */
const benchmarks: readonly Benchmark[] = [
  runtimeBenchmark,
  codecBenchmark,
  embeddingBenchmark,
  pipelineBenchmark,
  collectionBenchmark,
  retrievalBenchmark,
  searchBenchmark,
  coldBenchmark,
];

const program = new Command('bench')
  .description('Measures Memvisor beside its peers, and says whether the targets are met.')
  .exitOverride();
for (const benchmark of benchmarks) benchmark.addTo(program);

await runCommand(
  async () => {
    await program.parseAsync();
    return undefined;
  },
  (error) => error instanceof BenchError,
);
