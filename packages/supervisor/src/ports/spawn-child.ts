import { existsSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { execa } from 'execa';
import type { Command } from './command.js';
import { holdUntilRead } from './output-hold.js';

export interface SpawnSettings {
  readonly stdin: 'pipe' | 'ignore';
  readonly stdout: 'pipe' | 'ignore';
  readonly stderr: 'pipe' | 'ignore';
  readonly ipc: boolean;
  readonly nice: number | undefined;
}

/** The part of Node's `ChildProcess` that the port uses; a child that could not be started never emits `exit`. */
export interface SpawnedChild {
  readonly osPid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly connected: () => boolean;
  readonly send: (message: object) => void;
  readonly disconnect: () => void;
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly onDisconnect: (listener: () => void) => void;
  readonly onExit: (listener: (exitCode: number | null, signal: string | null) => void) => void;
  /** Resolves with the cause when the program could not be started; else never. */
  readonly notStarted: Promise<unknown>;
}

/** The one place that starts OS processes. */
export const spawnChild = (command: Command, settings: SpawnSettings): SpawnedChild => {
  const { program, args, cwd, env } = command;
  const { stdin, stdout, stderr, ipc, nice } = settings;
  const child = execa(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    // Not execa's `ipc` option: that routes each message through a queue with a macrotask per message.
    stdio: ipc ? [stdin, stdout, stderr, 'ipc'] : [stdin, stdout, stderr],
    serialization: 'advanced',
    buffer: false,
    encoding: 'buffer',
    reject: false,
    // Kills the child when Node exits. There is no time for SIGTERM then, so this is SIGKILL.
    cleanup: true,
    killSignal: 'SIGKILL',
    // The ladder is ours (ending.ts): it must not depend on anybody reading stdout to its end.
    forceKillAfterDelay: false,
  });

  // execa listens for the first error only; a second one (a failed kill, a failed send) must not be uncaught.
  child.on('error', ignore);
  // Writing to a child that is gone is EPIPE, which `write` reports as `false`.
  child.stdin?.on('error', ignore);
  child.stdout?.on('error', ignore);
  child.stderr?.on('error', ignore);
  if (child.stdout) holdUntilRead(child.stdout);
  if (nice !== undefined && child.pid !== undefined) lowerPriority(child.pid, nice);

  return {
    osPid: child.pid,
    stdin: child.stdin ?? endedWritable(),
    stdout: child.stdout ?? endedReadable(),
    stderr: child.stderr ?? endedReadable(),
    connected: () => child.connected === true,
    send: (message) => {
      // With a callback, a failed send is told to it and not emitted.
      if (child.connected === true) child.send(message, ignore);
    },
    disconnect: () => {
      if (child.connected === true) child.disconnect();
    },
    kill: (signal) => {
      // A start that failed leaves, until its `error` event, a handle with process number 0: a signal to that
      // goes to every process of our own group.
      if (child.pid !== undefined) child.kill(signal);
    },
    onMessage: (listener) => child.on('message', listener),
    onDisconnect: (listener) => child.once('disconnect', listener),
    onExit: (listener) => child.once('exit', listener),
    notStarted: new Promise((resolve) => {
      void child.then((result) => {
        if (child.pid === undefined) resolve(startFailure(cwd, result.cause ?? result));
      });
    }),
  };
};

/** The system says the same of a missing folder as of a missing program: no such file. */
const startFailure = (cwd: string | undefined, cause: unknown): unknown =>
  cwd === undefined || existsSync(cwd)
    ? cause
    : new Error(`its working directory ${cwd} does not exist`, { cause });

/** A child that was never started, for a caller who gave up before. */
export const unspawnedChild = (): SpawnedChild => ({
  osPid: undefined,
  stdin: endedWritable(),
  stdout: endedReadable(),
  stderr: endedReadable(),
  connected: () => false,
  send: ignore,
  disconnect: ignore,
  kill: ignore,
  onMessage: ignore,
  onDisconnect: ignore,
  onExit: ignore,
  notStarted: new Promise(ignore),
});

/** Best effort: a child that is gone already has no priority to lower. One that has a lower one, from us, keeps it. */
const lowerPriority = (osPid: number, nice: number): void => {
  try {
    if (getPriority(osPid) < nice) setPriority(osPid, nice);
  } catch {
    // ESRCH: it ended meanwhile.
  }
};

const endedWritable = (): Writable => {
  const stream = new PassThrough();
  stream.on('error', ignore);
  stream.end();
  stream.destroy();
  return stream;
};

const endedReadable = (): Readable => Readable.from([]);

const ignore = (): void => {};
