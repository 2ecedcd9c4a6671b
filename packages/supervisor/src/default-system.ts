import { System, type SystemOptions } from './process/system.js';

/** The system behind the functions that name none. */
export const defaultSystem = new System();

/**
 * Makes a system of its own, for tests or to keep parts of a program apart.
 *
 * @example
 * const system = createSystem();
 * const pid = system.spawn(async (ctx) => { await ctx.receive(); });
 * system.close();
 */
export const createSystem = (options: SystemOptions = {}): System => new System(options);

const on = defaultSystem;

/**
 * Starts a server and resolves when its `init` has returned. With `parent`, the server is linked to that
 * process; without, to nobody.
 */
export const start: System['start'] = on.start.bind(on);
/** Starts a bare process that runs a function and ends with it. */
export const spawn: System['spawn'] = on.spawn.bind(on);
/**
 * Sends a request to a server and resolves with its reply.
 *
 * Rejects with a {@link CallExit} when there is no server (`failure` is `'noproc'`), when it ends before it
 * answers (its exit reason) or when `timeoutMs` (default 5,000 ms) is over (`'timeout'`). A late answer is
 * dropped.
 */
export const call: System['call'] = on.call.bind(on);
/** Sends a message to a server that is not answered. Never fails: nobody may be there. */
export const cast: System['cast'] = on.cast.bind(on);
/** Sends a plain message. Throws an {@link ArgumentError} when it is for a name that nobody has. */
export const send: System['send'] = on.send.bind(on);
/** Sends an exit signal: `'kill'` ends any process, other reasons those that do not trap exits. */
export const exit: System['exit'] = on.exit.bind(on);
/** Asks a server to stop with `reason` (default `'normal'`) and resolves when it is gone. */
export const stopServer: System['stop'] = on.stop.bind(on);
/** Gives a live process a name. */
export const register: System['register'] = on.register.bind(on);
/** Takes a name back. */
export const unregister: System['unregister'] = on.unregister.bind(on);
/** Who has the name. */
export const whereis: System['whereis'] = on.whereis.bind(on);
/** Whether the process lives. */
export const isAlive: System['isAlive'] = on.isAlive.bind(on);
/** Resolves with a process's exit reason once it is gone. */
export const exited: System['exited'] = on.exited.bind(on);
