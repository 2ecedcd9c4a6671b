import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import {
  type OsExit,
  type OwnerOptions,
  type Pid,
  type RequestOptions,
  startNodeChild,
} from '@memvisor/supervisor';
import { type IndexFailure, IndexOptionError } from '../failure.js';
import type { SaveResult } from '../file/index-file.js';
import { checkIndexOptions, type IndexOptions } from '../options.js';
import type { Placement } from './index-file-writer.js';
import type { UnplacedEntry, WriterReply, WriterRequest } from './protocol.js';

/** How adding ended: `size` is the number of chunks so far. */
export type AddResult =
  | { readonly ok: true; readonly size: number }
  | { readonly ok: false; readonly failure: IndexFailure };

/**
 * An index that is being written, in a process of its own. Requests are carried out in the order in which they are made.
 *
 * Every method rejects with the supervisor's `RequestError` when the process ends, and with {@link IndexOptionError} for
 * what `SearchIndex` throws it for.
 */
export type IndexWriter = {
  /** The process that owns the child. */
  readonly pid: Pid;
  /** The operating system's id of the child. */
  readonly osPid: number | undefined;
  /** Adds chunks with ids above all before; all, or none when one of them is wrong. */
  add(entries: readonly UnplacedEntry[], options?: RequestOptions): Promise<AddResult>;
  /** Writes what is left; the file then has its name. Nothing can be added any more. */
  finish(placement: Placement, options?: RequestOptions): Promise<SaveResult>;
  /** Ends the process and removes what was not finished. */
  stop(): Promise<OsExit>;
};

/** How starting ended. */
export type IndexWriterResult =
  | { readonly ok: true; readonly writer: IndexWriter }
  | { readonly ok: false; readonly failure: IndexFailure };

/**
 * Starts a process that writes an index file chunk by chunk, for more chunks than memory holds. Vectors and words go to a
 * folder `<path>.parts` as they come, and `finish` makes the file of them; what it takes in memory is some 20 bytes a chunk. For an
 * index to search in use `startIndexServer`.
 *
 * @throws {IndexOptionError} As a rejection, before anything is started.
 * @throws {RequestError} As a rejection, when the process ends before it is ready.
 * @example
 * const started = await startIndexWriter('memory.mvx', { dimensions: 512 }, { owner: ctx.self });
 * if (!started.ok) throw new Error(describeIndexFailure(started.failure));
 * await started.writer.add(entries);
 * const saved = await started.writer.finish({ archive, frames });
 * await started.writer.stop();
 */
export const startIndexWriter = async (
  path: string,
  options: IndexOptions,
  port: OwnerOptions = {},
): Promise<IndexWriterResult> => {
  const settings = checkIndexOptions(options);
  const child = startNodeChild<WriterRequest, WriterReply>(new URL('./writer-child.js', import.meta.url), {
    ...port,
    // Node's own 48 MB for young objects fill up before anything is collected, and stay.
    execArgv: ['--max-semi-space-size=2'],
    // Building gives way to whatever has to answer soon.
    nice: constants.priority.PRIORITY_BELOW_NORMAL,
  });
  const stop = async (): Promise<OsExit> => {
    const exit = await child.stop();
    // Where the folder itself is gone or forbids it, there is nothing more to do.
    await rm(`${path}.parts`, { recursive: true, force: true }).catch(() => undefined);
    return exit;
  };
  const ask = async (request: WriterRequest, requested?: RequestOptions) => {
    const reply = await child.request(request, requested);
    if (reply.type === 'refused') throw new IndexOptionError(reply.option, reply.value, reply.expected);
    return reply;
  };
  try {
    const reply = await ask({ type: 'create', settings, path });
    if (reply.type === 'failed') {
      await stop();
      return { ok: false, failure: reply.failure };
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const unexpected = (type: string): Error => new Error(`the index writer answered ${type}`);
  return {
    ok: true,
    writer: {
      pid: child.pid,
      osPid: child.osPid,
      stop,
      add: async (entries, requested) => {
        const reply = await ask({ type: 'add', entries }, requested);
        if (reply.type === 'added') return { ok: true, size: reply.size };
        if (reply.type === 'failed') return { ok: false, failure: reply.failure };
        throw unexpected(reply.type);
      },
      finish: async (placement, requested) => {
        const reply = await ask({ type: 'finish', placement }, requested);
        if (reply.type === 'saved') return reply.result;
        if (reply.type === 'failed') return { ok: false, failure: reply.failure };
        throw unexpected(reply.type);
      },
    },
  };
};
