// Answers requests of every kind that the tests need; runs in a child process or in a worker thread.
import { threadId, workerData } from 'node:worker_threads';
import { serveParent } from '../../../src/ports/serve-parent.js';

export type Ask =
  | { readonly type: 'double'; readonly vector: Float32Array }
  | { readonly type: 'move'; readonly vector: Float32Array }
  | { readonly type: 'after'; readonly ms: number; readonly value: string }
  | { readonly type: 'throw'; readonly message: string }
  | { readonly type: 'unclonable' }
  | { readonly type: 'wait_for_cancel' }
  | { readonly type: 'was_cancelled' }
  | { readonly type: 'end'; readonly how: 'exit' | 'abort' | 'throw_later' | 'loop' | 'eat_memory' }
  | { readonly type: 'facts' };

let cancelled = 0;

serveParent(async (ask: Ask, { signal, transfer }): Promise<unknown> => {
  switch (ask.type) {
    case 'double':
      return ask.vector.map((value) => value * 2);
    case 'move': {
      const moved = ask.vector.map((value) => value + 1);
      transfer(moved.buffer);
      return moved;
    }
    case 'after':
      await new Promise((resolve) => setTimeout(resolve, ask.ms));
      return ask.value;
    case 'throw':
      throw Object.assign(new RangeError(ask.message), { code: 'E_FIXTURE' });
    case 'unclonable':
      return () => 'a function';
    case 'wait_for_cancel':
      signal.addEventListener('abort', () => {
        cancelled += 1;
      });
      return new Promise(() => {});
    case 'was_cancelled':
      return cancelled;
    case 'end':
      if (ask.how === 'exit') process.exit(9);
      if (ask.how === 'abort') process.abort();
      if (ask.how === 'throw_later')
        setImmediate(() => {
          throw new Error('thrown later');
        });
      if (ask.how === 'loop') for (;;);
      if (ask.how === 'eat_memory')
        for (const kept: unknown[] = []; ; ) kept.push(new Array(1000).fill(kept.length));
      return new Promise(() => {});
    case 'facts':
      return {
        argv: process.argv.slice(2),
        execArgv: process.execArgv,
        pid: process.pid,
        threadId,
        workerData,
      };
  }
});
