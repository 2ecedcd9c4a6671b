import { basename } from 'node:path';
import { type ResourceLimits, type Transferable, Worker } from 'node:worker_threads';
import type { Pid } from '../process/pid.js';
import { checkOwner, checkSignal } from './check-option.js';
import { toRemoteError } from './envelope.js';
import { createListeners } from './listeners.js';
import { checkModulePath } from './module-path.js';
import { onAbort } from './on-abort.js';
import { type OwnerOptions, ownerLives, startPortProcess } from './port-process.js';
import { createRequests, type PortClient, type RequestOptions } from './request-client.js';
import {
  describeWorkerExit,
  isWorkerFailure,
  type WorkerExit,
  type WorkerExitReason,
} from './worker-exit.js';

/** How a worker thread is run and ended. */
export interface WorkerThreadOptions extends OwnerOptions {
  /** What the module sees as `workerData`: cloned. @defaultValue `undefined` */
  readonly workerData?: unknown;
  /** Memory limits in MiB. Past them the thread ends as `crashed`. @defaultValue Node's */
  readonly resourceLimits?: ResourceLimits;
  /** Ends the thread when it fires: `stopped`. */
  readonly signal?: AbortSignal;
}

/** {@link RequestOptions}, and buffers that move. */
export interface WorkerRequestOptions extends RequestOptions {
  /** Buffers in the message that move to the thread instead of being copied; they are empty here afterwards. */
  readonly transfer?: readonly Transferable[];
}

/** A running worker thread. */
export interface WorkerThread<Request = unknown, Reply = unknown> extends PortClient<Request, Reply> {
  /**
   * The process of ours that stands for it: monitor it, link to it. An exit signal to it stops the thread. It ends
   * when the thread has ended: with `'normal'` after code 0 or a stop, else with a {@link WorkerExitReason}, which
   * a link carries to the owner. Where nobody is linked to the port that reason is the detail of a `shutdown`.
   */
  readonly pid: Pid;
  request(message: Request, options?: WorkerRequestOptions): Promise<Reply>;
  /** Node's number for it. */
  readonly threadId: number;
  /** Sends a message; dropped if the thread is gone. */
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** Hears messages of the thread. @returns what ends the listening */
  onMessage(listener: (message: unknown) => void): () => void;
  /** Resolves when the thread is gone. Never rejects. */
  readonly exited: Promise<WorkerExit>;
  /** Ends the thread, in the middle of what it does. Further calls get the same result. */
  stop(): Promise<WorkerExit>;
}

/**
 * Runs a module in a worker thread: for heavy JavaScript and WebAssembly, so that the main thread stays free. The
 * module calls {@link serveParent} to answer requests.
 *
 * Native addons that may abort belong into {@link startNodeChild}: their crash in a thread is a crash of the
 * whole process.
 *
 * @typeParam Request - what the module takes
 * @typeParam Reply - what it answers; its word is taken for it
 * @throws {OptionError} Before anything is started: names option, value and expectation.
 * @example
 * const worker = startWorkerThread<string, number>(new URL('./count-words.js', import.meta.url));
 * console.log(await worker.request('one two three')); // => 3
 * await worker.stop();
 */
export const startWorkerThread = <Request = unknown, Reply = unknown>(
  modulePath: URL | string,
  options: WorkerThreadOptions = {},
): WorkerThread<Request, Reply> => {
  const { owner, link = true, signal, workerData, resourceLimits } = options;
  checkSignal(signal);
  checkOwner(owner);
  const module = checkModulePath(modulePath);
  const worker = new Worker(module, {
    workerData,
    // As for a Node child: flags of the main program, such as --input-type, are not for another file.
    execArgv: [],
    ...(resourceLimits === undefined ? {} : { resourceLimits }),
  });
  const { threadId } = worker;

  let reason: WorkerExit | undefined;
  const end = (because: WorkerExit) => {
    reason ??= because;
    void worker.terminate();
  };
  const stopNow = () => end({ kind: 'stopped' });
  const port = startPortProcess(
    {
      kind: 'worker_thread',
      label: basename(module),
      command: module,
      osPid: undefined,
      end: (because) => end({ kind: because === 'owner_died' ? because : 'stopped' }),
      kill: stopNow,
    },
    { link, ...(owner === undefined ? {} : { owner }) },
  );
  const ignoreSignal = onAbort(signal, stopNow);
  if (signal?.aborted) stopNow();
  if (!ownerLives(owner)) end({ kind: 'owner_died' });

  worker.on('error', (error) => {
    reason ??= { kind: 'crashed', error: toRemoteError(error) };
  });
  const requests = createRequests<Reply>();
  const exited = new Promise<WorkerExit>((resolve) => {
    worker.once('exit', (exitCode) => {
      ignoreSignal();
      const exit = reason ?? { kind: 'exited', exitCode };
      requests.fail({ kind: 'worker_exited', exit });
      const failure: WorkerExitReason = { kind: 'worker_exit', module, exit };
      port.gone(describeWorkerExit(exit), isWorkerFailure(exit) ? failure : undefined);
      resolve(exit);
    });
  });

  const listeners = createListeners();
  worker.on('message', (message: unknown) => {
    if (!requests.receive(message)) listeners.tell(message);
  });
  const post = (message: unknown, transfer: readonly Transferable[] = []) =>
    worker.postMessage(message, [...transfer]);

  return {
    pid: port.pid,
    threadId,
    post,
    request: (message, requestOptions) =>
      requests.request(
        (envelope) => post(envelope, 'message' in envelope ? requestOptions?.transfer : []),
        message,
        requestOptions,
      ),
    onMessage: listeners.add,
    exited,
    stop: () => {
      stopNow();
      return exited;
    },
  };
};
