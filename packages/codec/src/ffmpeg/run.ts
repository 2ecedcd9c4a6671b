import { constants } from 'node:os';
import { type OsExit, type OsProcess, startOsProcess } from '@memvisor/supervisor';

/** ffmpeg writes little to stderr at `-loglevel error`; when it fails, its first lines say why. */
const stderrTailBytes = 16 * 1024;

export type RunOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Whether it reads from us. */
  readonly stdin: 'pipe' | 'ignore';
  readonly stdout: 'pipe' | 'ignore';
  /** Longest run in milliseconds. */
  readonly timeoutMs?: number;
  /** Whether it takes what others leave of the processor. @defaultValue `false` */
  readonly background?: boolean;
};

/** What it can do is in the program itself: an answer takes less than a second. */
const questionTimeoutMs = 30_000;

/** Starts ffmpeg: the one place of this package where an OS process begins, besides the decoders that stay (`warm/`). */
export const startFfmpeg = (program: string, args: readonly string[], options: RunOptions): OsProcess =>
  startOsProcess(
    { program, args },
    {
      stdin: options.stdin,
      stdout: options.stdout,
      stderrTailBytes,
      shutdownMs: 2000,
      nice: options.background === true ? constants.priority.PRIORITY_BELOW_NORMAL : 0,
      timeoutMs: options.timeoutMs ?? Number.POSITIVE_INFINITY,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );

/** Asks ffmpeg something about itself and collects what it prints. */
export const runFfmpeg = async (
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly exit: OsExit; readonly output: string }> => {
  const process = startFfmpeg(program, args, {
    stdin: 'ignore',
    stdout: 'pipe',
    signal,
    timeoutMs: questionTimeoutMs,
  });
  const parts: Uint8Array[] = [];
  try {
    for await (const part of process.stdout) parts.push(part);
  } catch {
    // Cut off because the process was ended; its exit says why.
  }
  return { exit: await process.exited, output: Buffer.concat(parts).toString('utf8') };
};

export const succeeded = (exit: OsExit): boolean => exit.kind === 'exited' && exit.exitCode === 0;
