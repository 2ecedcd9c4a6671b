import { fileURLToPath } from 'node:url';
import { describeOsExit, portsClosed, startOsProcess } from '@memvisor/supervisor';
import { type Command, InvalidArgumentError } from 'commander';
import { BenchError, type Benchmark } from '../benchmark.js';
import { describeMachine } from '../runtime/machine.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { type ColdArchive, keptArchive, makeArchive } from './archive.js';

interface Options {
  readonly chunks: number;
  readonly runs: number;
  readonly keep?: string;
  readonly json?: boolean;
}

/** What the issue of a fast search asks for, in milliseconds from shell to answer. */
const targetMs = 700;
const cli = fileURLToPath(new URL('../../../../demo/dist/src/cli.js', import.meta.url));

/** Parts of a search as its `--json` gives them, and what is left of the process's time. */
const parts = ['start', 'load', 'embed', 'search', 'decode', 'end'] as const;
type Run = Readonly<Record<(typeof parts)[number] | 'wall', number>>;

const count = (most: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`);
  return value;
};

/** `npm run bench -- cold`: how long is one `memvisor search`, from shell to answer? */
export const coldBenchmark: Benchmark = {
  name: 'cold',
  addTo: (program: Command) => {
    program
      .command('cold')
      .description('one memvisor search, each time in a new process, on an archive made for it')
      .option('--chunks <n>', 'chunks of 1,000 characters in the archive', count(1_000_000), 10_000)
      .option('--runs <n>', 'searches', count(1000), 9)
      .option('--keep <folder>', 'keep the archive there, and use the one that an earlier run has left')
      .option('--json', 'print machine and results as JSON, and nothing else, on stdout')
      .action(run);
  },
};

const run = async ({ chunks, runs, keep, json = false }: Options): Promise<void> => {
  const measure = async (folder: string): Promise<void> => {
    const archive =
      (await keptArchive(folder, chunks)) ??
      (await makeArchive(folder, chunks, json ? undefined : console.error));
    const machine = describeMachine({ node: process.version });
    const searches: Run[] = [];
    // The first one reads files that no search has read yet; it is reported apart.
    for (let at = 0; at <= runs; at++) searches.push(await searchOnce(archive));
    const [first, ...others] = searches as [Run, ...Run[]];
    const medians = Object.fromEntries(
      [...parts, 'wall' as const].map((part) => [part, median(others.map((one) => one[part]))]),
    );
    const report = {
      machine: machine(),
      chunks,
      frames: archive.built.totalFrames,
      videoBytes: archive.built.videoBytes,
      indexBytes: archive.built.indexBytes,
      runs,
      firstMs: Math.round(first.wall),
      medianMs: medians,
      targetMs,
      met: (medians.wall ?? 0) <= targetMs,
    };
    if (json) console.log(JSON.stringify(report, null, 1));
    else
      console.log(
        [
          `${chunks} chunks, ${runs} searches (the first: ${report.firstMs} ms); medians in ms:`,
          ...Object.entries(medians).map(([part, ms]) => `  ${part.padEnd(7)} ${ms}`),
          `target: ${targetMs} ms from shell to answer: ${report.met ? 'met' : 'missed'}`,
        ].join('\n'),
      );
  };
  const measured = (folder: string) => measure(folder).finally(() => portsClosed());
  await (keep === undefined ? inTemporaryFolder('cold', measured) : measured(keep));
};

const searchOnce = async ({ video, question }: ColdArchive): Promise<Run> => {
  const started = performance.now();
  const child = startOsProcess({
    program: process.execPath,
    args: [cli, 'search', video, question, '--json'],
  });
  const output: Uint8Array[] = [];
  for await (const bytes of child.stdout) output.push(bytes);
  const exit = await child.exited;
  const wall = performance.now() - started;
  if (exit.kind !== 'exited' || exit.exitCode !== 0) throw new BenchError(describeOsExit(exit));
  const { milliseconds, results } = JSON.parse(Buffer.concat(output).toString('utf8'));
  if (results[0]?.text?.includes(question) !== true) throw new BenchError('the search did not find its text');
  return { ...milliseconds, end: wall - milliseconds.total, wall };
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
};
