import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeOsExit, type OsProcess, startOsProcess } from '@memvisor/supervisor';
import type { Json, JsonObject } from '../conformance/terms.js';
import { inTemporaryFolder } from '../temporary-folder.js';

const recorder = fileURLToPath(new URL('../../../conformance/record.exs', import.meta.url));

/** How OTP is asked. */
export interface RecordOptions {
  /** How often each program runs; those that don't come out the same each time have no trace. */
  readonly runs: number;
  /** Schedulers of the virtual machine. */
  readonly schedulers: number;
}

/** Elixir is not installed, or the recorder failed. */
export class RecorderError extends Error {}

/** Runs programs on real OTP; the trace of each, or `undefined` where it is not deterministic. */
export const record = (
  programs: readonly JsonObject[],
  { runs, schedulers }: RecordOptions,
): Promise<readonly (readonly Json[] | undefined)[]> =>
  inTemporaryFolder('live', async (folder) => {
    const input = join(folder, 'programs.json');
    const output = join(folder, 'traces.json');
    const cases = programs.map((program, i) => ({ name: String(i), program }));
    await writeFile(input, JSON.stringify({ suite: 'live', format: 'otp-conformance/1', cases }));
    await runElixir([...recorderArgs(schedulers), 'record', input, output, String(runs)]);
    return tracesByNumber(JSON.parse(await readFile(output, 'utf8')) as Recorded, programs.length);
  });

type Recorded = { readonly cases: readonly { readonly name: string; readonly trace: readonly Json[] }[] };

const tracesByNumber = ({ cases }: Recorded, count: number): readonly (readonly Json[] | undefined)[] => {
  const traces = new Array<readonly Json[] | undefined>(count).fill(undefined);
  for (const { name, trace } of cases) traces[Number(name)] = trace;
  return traces;
};

const recorderArgs = (schedulers: number): readonly string[] => [
  '--erl',
  `+S ${schedulers}:${schedulers}`,
  recorder,
];

const runElixir = async (args: readonly string[]): Promise<void> => {
  const elixir = startOsProcess({ program: 'elixir', args }, { stdin: 'ignore' });
  elixir.stdout.resume();
  const exit = await elixir.exited;
  if (exit.kind !== 'exited' || exit.exitCode !== 0) throw new RecorderError(describeOsExit(exit));
};

/** A recorder that stays up and runs each program once, on one scheduler: most of a small program's time is its start. */
export class StandingRecorder {
  private readonly elixir: OsProcess;
  private readonly lines: AsyncIterator<string>;
  private stopped = false;

  constructor() {
    this.elixir = startOsProcess({ program: 'elixir', args: [...recorderArgs(1), 'serve'] });
    this.lines = createInterface({ input: this.elixir.stdout })[Symbol.asyncIterator]();
  }

  /** The trace; `undefined` where the program does not end, or the recorder is gone. One program at a time. */
  async trace(program: JsonObject): Promise<readonly Json[] | undefined> {
    await this.elixir.write(new TextEncoder().encode(`${JSON.stringify(program)}\n`));
    const line = await this.lines.next();
    // What was written when it was ended is no whole line.
    if (line.done === true || this.stopped) return undefined;
    return (JSON.parse(line.value) as readonly Json[] | null) ?? undefined;
  }

  /** Ends it, also in the middle of a program. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.elixir.stop();
  }
}

/** Whether Elixir is there to be asked. */
export const hasElixir = async (): Promise<boolean> => {
  const elixir = startOsProcess({ program: 'elixir', args: ['--version'] }, { stdin: 'ignore' });
  elixir.stdout.resume();
  const exit = await elixir.exited;
  return exit.kind === 'exited' && exit.exitCode === 0;
};
