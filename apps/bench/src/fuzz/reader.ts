import { type NodeChild, RequestError, startNodeChild } from '@memvisor/supervisor';
import type { FuzzReply, FuzzRequest } from './protocol.js';

/** What no file may cost: milliseconds by what is asked, and memory of the process that reads. */
export const bounds = {
  frameMs: 10_000,
  indexMs: 10_000,
  archiveMs: 60_000,
  searchMs: 60_000,
  peakMb: 512,
  heapMb: 256,
} as const;

const timeOf = (type: FuzzRequest['type']): number =>
  ({ frame: bounds.frameMs, index: bounds.indexMs, archive: bounds.archiveMs, search: bounds.searchMs })[
    type
  ];

/** How reading ended: with a reply, or in a way in which it must not. */
export type ReadOutcome =
  | { readonly ok: true; readonly reply: FuzzReply; readonly ms: number }
  | { readonly ok: false; readonly what: 'crash' | 'hang' | 'threw' | 'memory'; readonly detail: string };

/** A process that reads hostile files, under watch; a new one takes over when it had to be ended. */
export class Reader {
  #child: NodeChild<FuzzRequest, FuzzReply> | undefined;

  async read(request: FuzzRequest): Promise<ReadOutcome> {
    this.#child ??= startNodeChild<FuzzRequest, FuzzReply>(new URL('./fuzz-child.js', import.meta.url), {
      execArgv: [`--max-old-space-size=${bounds.heapMb}`],
      shutdownMs: 500,
    });
    const began = performance.now();
    try {
      const reply = await this.#child.request(request, { timeoutMs: timeOf(request.type) });
      if (reply.peakMb <= bounds.peakMb) return { ok: true, reply, ms: performance.now() - began };
      await this.close();
      return { ok: false, what: 'memory', detail: `${Math.round(reply.peakMb)} MB` };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { kind } = error.failure;
      const detail = kind === 'failed' ? (error.failure.error.stack ?? error.message) : error.message;
      if (kind !== 'failed') await this.close();
      return {
        ok: false,
        what: kind === 'failed' ? 'threw' : kind === 'timed_out' ? 'hang' : 'crash',
        detail,
      };
    }
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await child?.stop();
  }
}
