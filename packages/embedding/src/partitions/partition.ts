import { type AnyPid, describeOsExit, type OsExit, RequestError, startNodeChild } from '@memvisor/supervisor';
import { detailOf, type EmbeddingFailure } from '../failure.js';
import type { ModelFolder } from '../model-folder/model-folder.js';
import type { PartitionReply, PartitionRequest } from './protocol.js';

/** A child process that holds the model. */
export interface Partition {
  readonly osPid: number | undefined;
  readonly dimensions: number;
  /** Never rejects: what goes wrong, the partition's death included, is a reply of type `failed`. */
  run(texts: readonly string[], windows: boolean, signal: AbortSignal): Promise<PartitionReply>;
  readonly exited: Promise<OsExit>;
  stop(): Promise<OsExit>;
}

export type PartitionSettings = {
  readonly model: ModelFolder;
  readonly startTimeoutMs: number;
  /** A partition that is silent for so long while it has work is ended. */
  readonly stallTimeoutMs: number;
  readonly owner?: AnyPid;
};

/** Starts one partition; resolves when its model is loaded, or with the reason why it is not. */
export const startPartition = async (
  number: number,
  { model, startTimeoutMs, stallTimeoutMs, owner }: PartitionSettings,
): Promise<Partition | EmbeddingFailure> => {
  const child = startNodeChild<PartitionRequest, PartitionReply>(new URL('./child.js', import.meta.url), {
    ...(owner === undefined ? {} : { owner }),
    shutdownMs: 500, // it has nothing to save: SIGTERM ends it in the middle of a computation too
  });
  const ask = async (request: PartitionRequest, options: AskOptions): Promise<PartitionReply> => {
    try {
      return await child.request(request, options);
    } catch (error) {
      return { type: 'failed', failure: failureOf(error, number) };
    }
  };
  const opened = await ask({ type: 'open', model }, { timeoutMs: startTimeoutMs });
  if (opened.type !== 'opened') {
    await child.stop();
    return opened.type === 'failed'
      ? opened.failure
      : { kind: 'inference_failed', detail: 'no answer to open' };
  }

  let stalled = false;
  const watch = watchSilence(stallTimeoutMs, () => {
    stalled = true;
    void child.stop();
  });
  child.onMessage(watch.heard);
  void child.exited.then(watch.end);

  return {
    osPid: child.osPid,
    dimensions: opened.dimensions,
    run: async (texts, windows, signal) => {
      watch.begin();
      const reply = await ask({ type: 'embed', texts, windows }, { signal });
      watch.done();
      return stalled && reply.type === 'failed'
        ? { type: 'failed', failure: { kind: 'timed_out', what: 'request', timeoutMs: stallTimeoutMs } }
        : reply;
    },
    exited: child.exited,
    stop: child.stop,
  };
};

type AskOptions = { readonly timeoutMs?: number; readonly signal?: AbortSignal };

const failureOf = (error: unknown, partition: number): EmbeddingFailure => {
  if (!(error instanceof RequestError)) return { kind: 'inference_failed', detail: detailOf(error) };
  const { failure } = error;
  if (failure.kind === 'process_exited')
    return { kind: 'partition_died', partition, reason: describeOsExit(failure.exit) };
  if (failure.kind === 'timed_out') return { kind: 'timed_out', what: 'start', timeoutMs: failure.timeoutMs };
  return { kind: 'inference_failed', detail: detailOf(error) };
};

/** Calls `silent` when there is work and nothing was heard for a while. */
const watchSilence = (timeoutMs: number, silent: () => void) => {
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = running > 0 && timeoutMs !== Number.POSITIVE_INFINITY ? setTimeout(silent, timeoutMs) : undefined;
  };
  return {
    heard,
    begin: () => {
      running++;
      if (timer === undefined) heard();
    },
    done: () => {
      running--;
      heard();
    },
    end: () => clearTimeout(timer),
  };
};
