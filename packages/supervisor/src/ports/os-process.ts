import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { OptionError } from '../process/errors.js';
import type { Pid } from '../process/pid.js';
import { checkInteger, checkMs, checkOwner, checkSignal } from './check-option.js';
import { type Command, checkCommand } from './command.js';
import { drain } from './drain.js';
import { createEnding } from './ending.js';
import { createListeners } from './listeners.js';
import { onAbort } from './on-abort.js';
import { describeOsExit, isOsFailure, type OsExit, type OsExitReason } from './os-exit.js';
import { type OwnerOptions, ownerLives, startPortProcess } from './port-process.js';
import { spawnChild, unspawnedChild } from './spawn-child.js';
import { keepTail } from './stderr-tail.js';
import { startTimer } from './timer.js';
import { createWriter } from './writer.js';

/** How much of a command line observers get to see, in characters. */
const LONGEST_COMMAND = 1000;

/** How an OS process is run and ended. */
export interface OsProcessOptions extends OwnerOptions {
  /**
   * How long the OS process may take to end after SIGTERM, in milliseconds, before SIGKILL. `0` means SIGKILL at
   * once, `Infinity` never.
   * @defaultValue `5000`
   */
  readonly shutdownMs?: number;
  /**
   * How many bytes of the end of stderr are kept for {@link OsExit}, 0 to 1 MiB; what came before is read and
   * dropped. `0` closes stderr.
   * @defaultValue `4096`
   */
  readonly stderrTailBytes?: number;
  /** Longest run in milliseconds. Past it the OS process is ended: `timed_out`. @defaultValue `Infinity` */
  readonly timeoutMs?: number;
  /** Ends the OS process when it fires: `stopped`. If it has fired already, nothing is started. */
  readonly signal?: AbortSignal;
  /** Opens a channel for messages (structured clone), for programs that are Node. @defaultValue `false` */
  readonly ipc?: boolean;
  /**
   * Scheduling priority to give up, 0 (none) to 19 (run only when nobody else wants to). A program that is started by one
   * that gave up more has that. @defaultValue `0`
   */
  readonly nice?: number;
  /** `ignore`: the program reads nothing. @defaultValue `pipe` */
  readonly stdin?: 'pipe' | 'ignore';
  /**
   * `ignore`: what it writes is dropped. A `pipe` that nobody reads blocks the program when
   * it is full, and keeps a file descriptor after the exit.
   * @defaultValue `pipe`
   */
  readonly stdout?: 'pipe' | 'ignore';
}

/** A running OS process. */
export interface OsProcess {
  /**
   * The process of ours that stands for it: monitor it, link to it, look for it in the observer. An exit signal to
   * it stops the OS process. It ends when the OS process has ended: with `'normal'` after code 0 or a stop, else
   * with an {@link OsExitReason}, which a link carries to the owner. Where nobody is linked to the port that
   * reason is the detail of a `shutdown`.
   */
  readonly pid: Pid;
  /** The operating system's number for it; `undefined` if it could not be started. */
  readonly osPid: number | undefined;
  /** Its input. Errors such as EPIPE are never uncaught; {@link write} tells of them. */
  readonly stdin: Writable;
  /** Its output, to be read at the reader's own pace. Cut off (closed early) when we end the process. */
  readonly stdout: Readable;
  /**
   * Writes to stdin. Wait for the promise before the next write: that is the backpressure. The chunk must not be
   * changed afterwards.
   * @returns `true` when there is room for more, `false` when the process takes no more input
   */
  write(chunk: Uint8Array): Promise<boolean>;
  /** Says that no more input follows. */
  endInput(): void;
  /** Sends a message over the IPC channel; dropped if the process is gone. @throws {OptionError} without `ipc` */
  send(message: object): void;
  /** Hears messages of the process. @returns what ends the listening */
  onMessage(listener: (message: unknown) => void): () => void;
  /** Resolves when the process is gone and its last words are read. Never rejects. */
  readonly exited: Promise<OsExit>;
  /**
   * Ends the process: its input ends, SIGTERM, and after `shutdownMs` SIGKILL. Further calls change nothing and
   * get the same result, as does a call after the exit.
   */
  stop(): Promise<OsExit>;
}

/**
 * Starts an OS process.
 *
 * Nothing the program does makes this throw or leaves a rejection unhandled: that it can not be started, crashes,
 * floods stderr or stops reading is told by {@link OsProcess.exited} and {@link OsProcess.write}. It ends with its
 * owner, and with Node. When Node itself is killed by SIGKILL nothing can be done for it: a program that reads its
 * stdin or IPC channel sees the end of it, another keeps running.
 *
 * @throws {OptionError} Before anything is started: names option, value and expectation.
 * @example
 * const sort = startOsProcess({ program: 'sort', args: ['-n'] });
 * await sort.write(Buffer.from('3\n1\n2\n'));
 * sort.endInput();
 * for await (const chunk of sort.stdout) console.log(String(chunk)); // => '1\n2\n3\n'
 * console.log(await sort.exited); // => { kind: 'exited', exitCode: 0, stderrTail: '' }
 */
export const startOsProcess = (command: Command, options: OsProcessOptions = {}): OsProcess =>
  openOsProcess(command, checkOsProcessOptions(command, options));

/** As {@link startOsProcess}, with every option given and checked. */
export const openOsProcess = (command: Command, settings: Settings): OsProcess => {
  const { signal, timeoutMs, shutdownMs, ipc, stderrTailBytes, owner, link } = settings;
  const inVain = signal?.aborted ? 'stopped' : ownerLives(owner) ? undefined : 'owner_died';
  const child =
    inVain === undefined
      ? spawnChild(command, { ...settings, stderr: stderrTailBytes === 0 ? 'ignore' : 'pipe' })
      : unspawnedChild();
  const stderrTail = keepTail(child.stderr, stderrTailBytes);
  const ending = createEnding(child, shutdownMs);

  const { program, args } = command;
  const port = startPortProcess(
    {
      kind: 'os_process',
      label: basename(program),
      command: [program, ...args].join(' ').slice(0, LONGEST_COMMAND),
      osPid: child.osPid,
      end: ending.begin,
      kill: ending.kill,
    },
    { link, ...(owner === undefined ? {} : { owner }) },
  );
  const ignoreSignal = onAbort(signal, () => ending.begin('stopped'));
  const cancelTimer = startTimer(() => ending.begin('timed_out'), timeoutMs);

  const exited = new Promise<OsExit>((resolve) => {
    const over = () => {
      ending.over();
      cancelTimer();
      ignoreSignal();
    };
    const gone = (exit: OsExit) => {
      over();
      const reason: OsExitReason = { kind: 'os_exit', program, exit };
      port.gone(describeOsExit(exit), isOsFailure(exit) ? reason : undefined);
      resolve(exit);
    };
    child.onExit((exitCode, killedBy) => {
      const reason = ending.reason();
      const forced = ending.forced() && killedBy === 'SIGKILL';
      over();
      void drain(child, reason !== undefined).then(() => {
        const tail = stderrTail();
        if (reason !== undefined) gone({ kind: reason, forced, stderrTail: tail });
        else if (killedBy !== null) gone({ kind: 'signalled', signal: killedBy, stderrTail: tail });
        else gone({ kind: 'exited', exitCode: exitCode ?? 0, stderrTail: tail });
      });
    });
    void child.notStarted.then((cause) => gone({ kind: 'not_started', program, cause }));
    if (inVain !== undefined) gone({ kind: inVain, forced: false, stderrTail: '' });
  });

  const listeners = createListeners();
  if (ipc) child.onMessage(listeners.tell);

  return {
    pid: port.pid,
    osPid: child.osPid,
    stdin: child.stdin,
    stdout: child.stdout,
    write: createWriter(child.stdin),
    endInput: () => {
      child.stdin.end();
    },
    send: (message) => {
      if (!ipc) throw new OptionError('ipc', false, 'true where messages are sent');
      child.send(message);
    },
    onMessage: listeners.add,
    exited,
    stop: () => {
      ending.begin('stopped');
      return exited;
    },
  };
};

type Settings = ReturnType<typeof checkOsProcessOptions>;

export const checkOsProcessOptions = (command: Command, options: OsProcessOptions) => {
  checkCommand(command);
  const { owner, signal, nice, ipc = false, stdin = 'pipe', stdout = 'pipe' } = options;
  checkSignal(signal);
  checkOwner(owner);
  for (const [option, value] of Object.entries({ stdin, stdout }))
    if (value !== 'pipe' && value !== 'ignore') throw new OptionError(option, value, "'pipe' or 'ignore'");
  return {
    owner,
    link: options.link ?? true,
    signal,
    ipc,
    stdin,
    stdout,
    nice: nice === undefined ? undefined : checkInteger('nice', nice, 0, 19),
    shutdownMs: checkMs('shutdownMs', options.shutdownMs ?? 5000),
    stderrTailBytes: checkInteger('stderrTailBytes', options.stderrTailBytes ?? 4096, 0, 2 ** 20),
    timeoutMs: checkMs('timeoutMs', options.timeoutMs ?? Number.POSITIVE_INFINITY),
  };
};
