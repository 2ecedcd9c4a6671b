import { isMainThread, parentPort, type Transferable } from 'node:worker_threads';
import { OptionError } from '../process/errors.js';
import { type Envelope, isEnvelope, toRemoteError } from './envelope.js';

/** What a handler is told besides the request. */
export interface ServedRequest {
  /** Fires when the asker gives up on the reply. */
  readonly signal: AbortSignal;
  /**
   * Names a buffer of the reply that moves to the asker instead of being copied (worker threads; between
   * processes everything is copied).
   */
  readonly transfer: (buffer: Transferable) => void;
}

/**
 * The child's side of {@link startNodeChild} and {@link startWorkerThread}: answers each request with what
 * `handler` returns, or with the error it throws. Requests are handled as they come; a handler that must not
 * overlap itself has to queue them.
 *
 * A child process ends itself when its parent is gone, however that ended, SIGKILL included. It ignores SIGINT: on
 * Ctrl-C, which every process of a terminal gets, the parent shuts down in its own order.
 *
 * @throws {OptionError} Outside of a worker thread or a child process with an IPC channel.
 * @example
 * serveParent((n: number) => n * 2);
 */
export const serveParent = <Request, Reply>(
  handler: (request: Request, served: ServedRequest) => Reply | Promise<Reply>,
): void => {
  const { post, listen } = connectToParent();
  const running = new Map<number, AbortController>();

  const answer = async (id: number, message: Request): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const transfers: Transferable[] = [];
    const transfer = (buffer: Transferable) => {
      transfers.push(buffer);
    };
    try {
      const value = await handler(message, { signal: controller.signal, transfer });
      // Inside the try: a reply that can not be cloned is an error that the asker must hear of.
      if (running.has(id)) post({ memvisor: 'reply', id, ok: true, value }, transfers);
    } catch (error) {
      if (running.has(id)) post({ memvisor: 'reply', id, ok: false, error: toRemoteError(error) }, []);
    } finally {
      running.delete(id);
    }
  };

  listen((message) => {
    if (!isEnvelope(message)) return;
    // The type of a request is the word of whoever started this program.
    if (message.memvisor === 'request') void answer(message.id, message.message as Request);
    else if (message.memvisor === 'cancel') {
      running.get(message.id)?.abort();
      running.delete(message.id);
    }
  });
};

interface Parent {
  readonly post: (envelope: Envelope, transfer: readonly Transferable[]) => void;
  readonly listen: (listener: (message: unknown) => void) => void;
}

const connectToParent = (): Parent => {
  if (!isMainThread && parentPort !== null) {
    const port = parentPort;
    return {
      post: (envelope, transfer) => port.postMessage(envelope, [...transfer]),
      listen: (listener) => port.on('message', listener),
    };
  }
  if (process.send === undefined)
    throw new OptionError(
      'serveParent',
      'a program of its own',
      'startNodeChild or startWorkerThread to run it',
    );
  process.once('disconnect', () => process.exit());
  // Ctrl-C goes to every process of the terminal. What it means for us is the parent's to decide.
  process.on('SIGINT', () => {});
  return {
    // With a callback, a parent that is gone is not an error event; `disconnect` ends us.
    post: (envelope) => process.send?.(envelope, undefined, undefined, () => {}),
    listen: (listener) => process.on('message', listener),
  };
};
