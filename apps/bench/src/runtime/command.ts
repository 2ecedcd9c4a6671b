import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from 'commander';
import { BenchError, type Benchmark } from '../benchmark.js';
import { startBeam } from './beam-peer.js';
import { describeMachine, versionOf } from './machine.js';
import { measure } from './measure.js';
import { nodePeer, type Peer } from './peer.js';
import { asMarkdown, asText } from './report.js';
import { type SystemName, systems } from './workload.js';
import { workloads } from './workloads.js';

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly peers?: readonly string[];
  readonly workloads?: readonly string[];
  readonly runs?: number;
  readonly maxMinutes?: number;
  readonly output?: string;
}

const document = fileURLToPath(new URL('../../../../../docs/benchmarks/runtime.md', import.meta.url));

/** `npm run bench -- runtime`: the runtime's costs beside nact, xstate and the BEAM. */
export const runtimeBenchmark: Benchmark = {
  name: 'runtime',
  addTo: (program) => {
    program
      .command('runtime')
      .description('the costs of processes, messages and supervision beside nact, xstate and the BEAM')
      .option('--quick', 'smaller sizes, three runs')
      .option('--json', 'print machine and results as JSON, and nothing else, on stdout')
      .option('--peers <names>', `whom to compare with: ${systems.slice(1).join()}, or none`, list)
      .option('--workloads <names>', `which: ${workloads.map(({ name }) => name).join()}`, list)
      .option('--runs <count>', 'runs of each workload on each system (default: 5, quick: 3)', count)
      .option('--max-minutes <minutes>', 'no round that would take longer (default: 12, quick: 5)', minutes)
      .option('--output <file>', 'write the report there; a full run writes docs/benchmarks/runtime.md')
      .action(run);
  },
};

const run = async (options: Options): Promise<void> => {
  const { quick = false, json = false } = options;
  const chosen = choose('workload', workloads, options.workloads);
  const names = options.peers?.join() === 'none' ? [] : options.peers;
  const wanted = choose(
    'peer',
    systems.slice(1).map((name) => ({ name })),
    names,
  ).map(({ name }) => name);
  const say = (text: string) => process.stderr.write(`${text}\n`);

  const peers = await startPeers(wanted, say);
  try {
    const versions = Object.fromEntries(peers.map(({ system, version }) => [system, version]));
    const machine = describeMachine({ node: process.version, ...versions });
    const measured = await measure({
      workloads: chosen,
      peers,
      quick,
      rounds: options.runs ?? (quick ? 3 : 5),
      maxMs: (options.maxMinutes ?? (quick ? 5 : 12)) * 60_000,
      progress: say,
    });
    const report = {
      machine: machine(),
      command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
      quick,
      workloads: chosen,
      systems: peers.map(({ system }) => system),
      ...measured,
    };
    if (json) console.log(JSON.stringify({ machine: report.machine, results: report.results }, null, 1));
    else console.log(asText(report));
    const whole = !quick && chosen.length === workloads.length && peers.length === systems.length;
    const file = options.output ?? (whole ? document : undefined);
    if (file !== undefined) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, asMarkdown(report));
      say(`written: ${file}`);
    }
    for (const failure of measured.failures) say(`failed: ${failure}`);
    if (measured.failures.length > 0) process.exitCode = 1;
  } finally {
    for (const peer of peers) await peer.close();
  }
};

const startPeers = async (wanted: readonly SystemName[], say: (text: string) => void): Promise<Peer[]> => {
  const peers = [nodePeer('memvisor', versionOf('@memvisor/supervisor'))];
  for (const system of wanted) {
    if (system === 'nact' || system === 'xstate') peers.push(nodePeer(system, versionOf(system)));
    if (system !== 'beam') continue;
    const beam = await startBeam();
    if (beam === undefined)
      say('no elixir on PATH: the BEAM and the targets that compare with it are left out');
    else peers.push(beam);
  }
  return peers;
};

const choose = <T extends { readonly name: string }>(
  what: string,
  all: readonly T[],
  names: readonly string[] = all.map(({ name }) => name),
): T[] => {
  const known = all.map(({ name }) => name);
  for (const name of names)
    if (!known.includes(name)) throw new BenchError(`no ${what} "${name}"; there are ${known.join(', ')}`);
  return all.filter(({ name }) => names.includes(name));
};

const list = (text: string): string[] => text.split(',').map((name) => name.trim());

const minutes = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number of minutes above 0');
  return value;
};

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
};
