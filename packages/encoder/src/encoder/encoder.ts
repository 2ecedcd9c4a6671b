import {
  type Context,
  defineStateMachine,
  defineTask,
  keepState,
  type MachineResult,
  type StateMachineDefinition,
  startIn,
  stop,
} from '@memvisor/supervisor';
import type { BuildJob, BuildStats } from '../build/job.js';
import type { BuildProgress, BuildStage } from '../build/progress.js';
import { chunkStream } from '../chunking/chunk-text.js';
import { type ArchiveChunk, placeChunk, type TextOrigin } from '../chunking/place-chunks.js';
import type { CheckedConfig } from '../config/config.js';
import type { EncoderResult } from '../failure.js';
import { itemsOf } from './collected.js';
import { publishProgress, publishState } from './events.js';
import type { EncoderProtocol } from './messages.js';
import { type Building, blank, type EncoderState, type Purpose } from './state.js';
import { building, collecting, completed, type EncoderEvent, failed, ready } from './transition.js';

type EncoderContext = Context<EncoderProtocol>;
type Result = MachineResult<EncoderProtocol, EncoderState>;

/**
 * The encoder: a state machine that collects texts and builds a video and its index from them, once. The
 * build runs in a linked task, so that the encoder goes on answering.
 */
export const encoder: StateMachineDefinition<EncoderProtocol, Purpose> = defineStateMachine<
  EncoderProtocol,
  EncoderState,
  Purpose
>({
  name: 'encoder',
  init: (purpose) => startIn(blank(purpose)),
  enterCalls: true,
  handleEvent: (event, state, ctx) => {
    if (event.type === 'enter') return entered(event.previous, state, ctx);
    if (state.name === 'building' && event.type === 'internal') return startBuild(state, ctx);
    const isOpen = state.name === 'ready' || state.name === 'collecting';
    if (isOpen && event.type === 'call' && event.content.type === 'addText') {
      const { text, origin } = event.content;
      return cut(text, origin, state.config).then((chunks) =>
        transition(state, { ...event, content: { type: 'addChunks', chunks } }),
      );
    }
    return transition(state, event);
  },
  terminate: async (_reason, state, ctx) => {
    if (state.name !== 'building' || state.build === undefined) return;
    ctx.exit(state.build.pid, 'shutdown');
    await state.build.finished;
  },
});

const transition = (state: EncoderState, event: EncoderEvent): Result => {
  switch (state.name) {
    case 'ready':
      return ready(state, event);
    case 'collecting':
      return collecting(state, event);
    case 'building':
      return building(state, event);
    case 'completed':
      return completed(state, event);
    case 'error':
      return failed(state, event);
  }
};

/** Only while it builds does an encoder trap exits: it has something to clear up then. */
const entered = (previous: EncoderState, state: EncoderState, ctx: EncoderContext) => {
  ctx.trapExit(state.name === 'building');
  publishState(ctx.self, previous, state);
  return keepState<never>();
};

/** In slices, so that a long text does not hold up other processes. */
const cut = async (
  text: string,
  origin: TextOrigin,
  { chunking }: CheckedConfig,
): Promise<ArchiveChunk[]> => {
  const chunks: ArchiveChunk[] = [];
  for await (const chunk of chunkStream([text], { ...chunking, markup: origin.markup }))
    chunks.push(placeChunk(chunk, origin));
  return chunks;
};

const task = defineTask<(ctx: Context) => Promise<void>>({
  name: 'build',
  run: (work, ctx) => work(ctx),
});

const startBuild = async (state: Building, ctx: EncoderContext): Promise<Result> => {
  const { indexName, config, outputPath, indexPath, collected, buildWith } = state;
  const job: BuildJob = {
    indexName,
    config,
    outputPath,
    indexPath,
    items: itemsOf(collected),
    chunkCount: collected.chunkCount,
  };
  const encoder = ctx.self;
  const cancelling = new AbortController();
  const progress = new Map<BuildStage, BuildProgress>();
  const finishing = settling();

  const work = async (build: Context): Promise<void> => {
    try {
      const outcome: EncoderResult<BuildStats> = await buildWith(job, {
        signal: AbortSignal.any([build.signal, cancelling.signal]),
        owner: build.self,
        report: (latest) => {
          progress.delete(latest.stage);
          progress.set(latest.stage, latest);
          publishProgress(encoder, indexName, latest);
        },
      });
      build.cast(encoder, { type: 'buildComplete', outcome });
    } finally {
      finishing.settle();
    }
  };
  const started = await ctx.startLink(task, work);
  if (!started.ok) return stop('reason' in started ? started.reason : started.kind);
  const build = {
    pid: started.pid,
    finished: finishing.settled,
    cancel: () => cancelling.abort(),
    progress,
  };
  return keepState({ ...state, build });
};

const settling = () => {
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { settled, settle: () => settle() };
};
