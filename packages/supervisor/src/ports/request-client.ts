import { checkMs } from './check-option.js';
import { type Envelope, isEnvelope } from './envelope.js';
import { onAbort } from './on-abort.js';
import { RequestError, type RequestFailure } from './request-failure.js';
import { startTimer } from './timer.js';

/** When to give up on a reply. */
export interface RequestOptions {
  /** Gives up on the reply; the handler's own signal fires then. */
  readonly signal?: AbortSignal;
  /** Longest wait in milliseconds. @defaultValue `Infinity`: until the reply comes or the other side ends */
  readonly timeoutMs?: number;
}

/** Asks the other side of a port, which answers by {@link serveParent}. */
export interface PortClient<Request, Reply> {
  /**
   * Sends a request and waits for its reply. Many may be under way at once; each finds its own reply.
   * @throws {RequestError} As a rejection: `failure` says why there is no reply. A request in flight when the
   * other side ends rejects with its exit.
   */
  request(message: Request, options?: RequestOptions): Promise<Reply>;
}

interface RequestsInFlight<Reply> {
  readonly request: (
    post: (envelope: Envelope) => void,
    message: unknown,
    options?: RequestOptions,
  ) => Promise<Reply>;
  /** @returns whether the message was a reply of the port's own protocol */
  readonly receive: (message: unknown) => boolean;
  /** The other side is gone: fails what is in flight and what is asked from now on. */
  readonly fail: (failure: RequestFailure) => void;
}

interface InFlight<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (failure: RequestFailure) => void;
}

/** Numbers the requests to one other side and brings replies and failures back to who asked. */
export const createRequests = <Reply>(): RequestsInFlight<Reply> => {
  const inFlight = new Map<number, InFlight<Reply>>();
  let nextId = 1;
  let gone: RequestFailure | undefined;

  const request = (
    post: (envelope: Envelope) => void,
    message: unknown,
    options: RequestOptions = {},
  ): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const timeoutMs = checkMs('timeoutMs', options.timeoutMs ?? Number.POSITIVE_INFINITY);
      const { signal } = options;
      if (signal?.aborted) return reject(new RequestError({ kind: 'aborted', reason: signal.reason }));
      if (gone !== undefined) return reject(new RequestError(gone));

      const id = nextId++;
      const leave = () => {
        inFlight.delete(id);
        cancelTimer();
        ignoreSignal();
      };
      const giveUp = (failure: RequestFailure) => {
        leave();
        post({ memvisor: 'cancel', id });
        reject(new RequestError(failure));
      };
      const ignoreSignal = onAbort(signal, () => giveUp({ kind: 'aborted', reason: signal?.reason }));
      const cancelTimer = startTimer(() => giveUp({ kind: 'timed_out', timeoutMs }), timeoutMs);
      inFlight.set(id, {
        resolve: (reply) => {
          leave();
          resolve(reply);
        },
        reject: (failure) => {
          leave();
          reject(new RequestError(failure));
        },
      });
      try {
        post({ memvisor: 'request', id, message });
      } catch (error) {
        // A message that can not be cloned: the caller's mistake, told as Node words it.
        leave();
        reject(error);
      }
    });

  return {
    request,
    receive: (message) => {
      if (!isEnvelope(message)) return false;
      if (message.memvisor === 'reply') {
        const asked = inFlight.get(message.id);
        // The type of a reply is the word of whoever started the other side's program.
        if (message.ok) asked?.resolve(message.value as Reply);
        else asked?.reject({ kind: 'failed', error: message.error });
      }
      return true;
    },
    fail: (failure) => {
      gone = failure;
      for (const asked of [...inFlight.values()]) asked.reject(failure);
    },
  };
};
