import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from 'commander';
import type { Benchmark } from '../benchmark.js';
import { describeMachine } from '../runtime/machine.js';
import { measureEmbedderShare, measureMainThread, measureMemory } from './measure.js';
import { asMarkdown, asText, judge, type Report } from './report.js';

interface Options {
  readonly textSize: number;
  readonly only?: 'memory' | 'main-thread' | 'embedder';
  readonly json?: boolean;
  readonly output?: string;
}

const document = fileURLToPath(new URL('../../../../../docs/benchmarks/pipeline.md', import.meta.url));

const units = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;
const bytesOf = (text: string): number => {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)?$/.exec(text) ?? [];
  const bytes = Number(number) * units[unit as keyof typeof units];
  if (!(bytes >= 1000)) throw new InvalidArgumentError('Expected a size such as 200MB or 1GB.');
  return bytes;
};

/** `npm run bench -- pipeline`: memory, temporary files, the main thread, and the embedder's share of a build. */
export const pipelineBenchmark: Benchmark = {
  name: 'pipeline',
  addTo: (program) => {
    program
      .command('pipeline')
      .description(
        'whole builds: memory and files, the main thread with 4 encoders, what the embedder takes of it',
      )
      .option('--text-size <size>', 'text of the build whose memory is watched', bytesOf, 100e6)
      .option('--only <part>', 'memory, main-thread or embedder')
      .option('--json', 'print the report as JSON, and nothing else, on stdout')
      .option(
        '--output <file>',
        'where the report goes (a run of all parts writes docs/benchmarks/pipeline.md)',
      )
      .action(run);
  },
};

const run = async ({ textSize, only, json, output }: Options): Promise<void> => {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const machine = describeMachine({ node: process.version });
  const wants = (part: NonNullable<Options['only']>) => only === undefined || only === part;
  // The long one last: the others are over in a minute or two.
  const embedder = wants('embedder') ? await measureEmbedderShare(say) : [];
  const mainThread = wants('main-thread') ? await measureMainThread(say) : [];
  const memory = wants('memory') ? await measureMemory(textSize, say) : undefined;
  const report: Report = {
    machine: machine(),
    command: ['npm run bench --', ...process.argv.slice(2).map((part) => basename(part))].join(' '),
    memory,
    mainThread,
    embedder,
  };
  if (json === true) console.log(JSON.stringify({ ...report, targets: judge(report) }, null, 1));
  else console.log(asText(report));
  const file = output ?? (only === undefined ? document : undefined);
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, asMarkdown(report));
  say(`written: ${file}`);
};
