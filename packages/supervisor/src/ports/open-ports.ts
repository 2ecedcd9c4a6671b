import { defaultSystem } from '../default-system.js';
import type { System } from '../process/system.js';

type OpenPorts = { count: number; waiting: (() => void)[] };
const openPorts = new WeakMap<System, OpenPorts>();

/** Counts a port as open until the returned function is called. */
export const keepOpenPort = (system: System): (() => void) => {
  const open = openPorts.get(system) ?? { count: 0, waiting: [] };
  openPorts.set(system, open);
  open.count += 1;
  return () => {
    open.count -= 1;
    if (open.count === 0) for (const resolve of open.waiting.splice(0)) resolve();
  };
};

/**
 * Resolves when no OS process and no worker thread of a system is left. A process that owns a port ends before
 * its port does, which may take the port's `shutdownMs`: wait here at the end of an ordered shutdown.
 *
 * @param system - whose ports; by default those of the default system
 * @example
 * await stopServer(root, 'shutdown');
 * await portsClosed();
 */
export const portsClosed = (system: System = defaultSystem): Promise<void> => {
  const open = openPorts.get(system);
  if (open === undefined || open.count === 0) return Promise.resolve();
  return new Promise((resolve) => {
    open.waiting.push(resolve);
  });
};
