import { createListeners } from './listeners.js';
import { checkModulePath } from './module-path.js';
import { checkOsProcessOptions, type OsProcess, type OsProcessOptions, openOsProcess } from './os-process.js';
import { createRequests, type PortClient } from './request-client.js';

/** How a Node process is run and ended. */
export interface NodeChildOptions extends Omit<OsProcessOptions, 'ipc'> {
  /** Arguments for the module (`process.argv` from the third on). @defaultValue none */
  readonly args?: readonly string[];
  /** Arguments for Node itself, such as `--max-old-space-size=512`. @defaultValue none; ours are not passed on */
  readonly execArgv?: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory. @defaultValue that of this process */
  readonly cwd?: string;
  /** As for {@link startOsProcess}, but requests are its usual input. @defaultValue `ignore` */
  readonly stdin?: 'pipe' | 'ignore';
  /** As for {@link startOsProcess}: with `ignore`, what it logs to stdout is dropped. @defaultValue `ignore` */
  readonly stdout?: 'pipe' | 'ignore';
}

/** A Node process that answers requests. */
export interface NodeChild<Request = unknown, Reply = unknown>
  extends OsProcess,
    PortClient<Request, Reply> {}

/**
 * Runs a module in a Node process of its own, for native addons that may abort: whatever happens there is an exit
 * here. The module calls {@link serveParent} to answer requests. Messages are structured clones: typed arrays
 * travel as they are, but are copied.
 *
 * Use {@link startWorkerThread} where the code can not take the process down: it starts faster and can be given
 * buffers without a copy.
 *
 * @typeParam Request - what the module takes
 * @typeParam Reply - what it answers; its word is taken for it
 * @throws {OptionError} Before anything is started: names option, value and expectation.
 * @example
 * const child = startNodeChild<number, number>(new URL('./double.js', import.meta.url));
 * console.log(await child.request(21)); // => 42
 * await child.stop();
 */
export const startNodeChild = <Request = unknown, Reply = unknown>(
  modulePath: URL | string,
  options: NodeChildOptions = {},
): NodeChild<Request, Reply> => {
  const { args = [], execArgv = [], env, cwd, ...rest } = options;
  const command = {
    program: process.execPath,
    args: [...execArgv, checkModulePath(modulePath), ...args],
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
  };
  const settings = { stdin: 'ignore', stdout: 'ignore', ...rest, ipc: true } as const;
  const child = openOsProcess(command, checkOsProcessOptions(command, settings));

  const requests = createRequests<Reply>();
  const listeners = createListeners();
  child.onMessage((message) => {
    if (!requests.receive(message)) listeners.tell(message);
  });
  void child.exited.then((exit) => requests.fail({ kind: 'process_exited', exit }));

  return {
    ...child,
    request: (message, requestOptions) => requests.request(child.send, message, requestOptions),
    onMessage: listeners.add,
  };
};
