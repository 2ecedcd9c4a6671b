import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const cliPath = fileURLToPath(new URL('../src/cli.js', import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** What comes in on stdin. */
  readonly input?: string | Buffer;
  /** Leaves stdin open after `input`, as a program does that has more to say. @defaultValue `false` */
  readonly holdStdin?: boolean;
  readonly cwd?: string;
  /** Set beside the environment of the tests. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gets the process as soon as it runs. */
  readonly meanwhile?: (child: ReturnType<typeof spawn>) => void;
}

/** Runs the real command line to its end; stdout and stderr are pipes, as in a script. */
export const memvisor = (args: readonly string[], options: CliOptions = {}): Promise<CliRun> =>
  run(process.execPath, [cliPath, ...args], options);

/** Runs any program likewise. */
export const run = (
  program: string,
  args: readonly string[],
  { input = '', holdStdin = false, cwd, env, meanwhile }: CliOptions = {},
): Promise<CliRun> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env } });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (part: string) => {
        text[name] += part;
      });
    child.stdin.on('error', () => undefined); // it may end without having read all
    if (holdStdin) child.stdin.write(input);
    else child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      child.stdin.destroy();
      resolve({ code, signal, ...text });
    });
    meanwhile?.(child);
  });

/** What is in a folder, hidden files included. */
export const filesIn = (folder: string): readonly string[] => readdirSync(folder).sort();
