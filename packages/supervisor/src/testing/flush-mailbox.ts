import type { Context } from '../process/context.js';
import { receiveTimeout } from '../process/function-process.js';

/**
 * Takes all messages that wait in a bare process's mailbox, oldest first. Waits for none.
 *
 * @example
 * system.spawn(async (ctx) => {
 *   ctx.send(ctx.self, 'one');
 *   await flushMailbox(ctx); // => ['one']
 * });
 */
export const flushMailbox = async (ctx: Context): Promise<unknown[]> => {
  const messages: unknown[] = [];
  for (;;) {
    const message = await ctx.receive(undefined, 0);
    if (message === receiveTimeout) return messages;
    messages.push(message);
  }
};
