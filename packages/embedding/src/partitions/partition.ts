import { type AnyPid, describeOsExit, type Pid, RequestError, startNodeChild } from '@memvisor/supervisor';
import { detailOf, type EmbeddingFailure } from '../failure.js';
import type { ModelFolder } from '../model-folder/model-folder.js';
import type { PartitionReply, PartitionRequest } from './protocol.js';
import { watchSilence } from './watch-silence.js';

/** A child process that holds the model. */
export interface Partition {
  readonly osPid: number | undefined;
  readonly dimensions: number;
  /** Never rejects: what goes wrong, the partition's death included, is a reply of type `failed`. */
  run(texts: readonly string[], windows: boolean, signal: AbortSignal): Promise<PartitionReply>;
}

/** A partition from its start on. */
export interface StartedPartition {
  readonly pid: Pid;
  /** Never rejects: the partition when the model is loaded, or why it is not. */
  readonly loaded: Promise<Partition | EmbeddingFailure>;
  /** Never rejects: why it ended by itself, or undefined where its owner ended it. */
  readonly ended: Promise<string | undefined>;
}

export type PartitionSettings = {
  readonly model: ModelFolder;
  readonly startTimeoutMs: number;
  /** A partition that is silent for so long while it has work is ended. */
  readonly stallTimeoutMs: number;
  readonly background: boolean;
};

/** Below whatever answers soon, above what only makes files: those two take turns with each other. */
const backgroundNice = 5;

/** Starts a child process that loads the model, linked to its owner. */
export const startPartition = (
  number: number,
  { model, startTimeoutMs, stallTimeoutMs, background }: PartitionSettings,
  owner: AnyPid,
): StartedPartition => {
  const child = startNodeChild<PartitionRequest, PartitionReply>(new URL('./child.js', import.meta.url), {
    owner,
    nice: background ? backgroundNice : 0,
    shutdownMs: 500, // it has nothing to save: SIGTERM ends it in the middle of a computation too
  });
  const ask = async (request: PartitionRequest, options: AskOptions): Promise<PartitionReply> => {
    try {
      return await child.request(request, options);
    } catch (error) {
      return { type: 'failed', failure: failureOf(error, number) };
    }
  };

  let stalled = false;
  const load = async (): Promise<Partition | EmbeddingFailure> => {
    const opened = await ask({ type: 'open', model }, { timeoutMs: startTimeoutMs });
    if (opened.type === 'failed') return opened.failure;
    if (opened.type === 'vectors')
      return { kind: 'inference_failed', detail: 'vectors came instead of a model' };
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
    };
  };
  const ended = child.exited.then((exit) => {
    if (stalled) return `gave no sign of life for ${stallTimeoutMs} ms`;
    return exit.kind === 'stopped' || exit.kind === 'owner_died' ? undefined : describeOsExit(exit);
  });
  return { pid: child.pid, loaded: load(), ended };
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
