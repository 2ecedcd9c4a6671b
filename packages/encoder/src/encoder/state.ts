import type { AnyPid, From } from '@memvisor/supervisor';
import type { Build, BuildStats } from '../build/job.js';
import type { BuildProgress, BuildStage } from '../build/progress.js';
import type { CheckedConfig } from '../config/config.js';
import type { EncoderFailure, EncoderResult } from '../failure.js';
import { type Collected, chunksOf } from './collected.js';
import type { EncoderSnapshot } from './messages.js';

/** What an encoder is made for. */
export type Purpose = {
  /** What the memory is called, in events and lists. */
  readonly indexName: string;
  readonly config: CheckedConfig;
  /** What builds: {@link buildVideo}, or a test's stand-in. */
  readonly buildWith: Build;
};
type Paths = { readonly outputPath: string; readonly indexPath: string };

/** A build under way. */
export type RunningBuild = {
  readonly pid: AnyPid;
  /** Resolves when the build has cleared up after itself. */
  readonly finished: Promise<void>;
  readonly cancel: () => void;
  readonly progress: ReadonlyMap<BuildStage, BuildProgress>;
};

export type Ready = Purpose & { readonly name: 'ready' };
export type Collecting = Purpose & { readonly name: 'collecting'; readonly collected: Collected };
export type Building = Purpose &
  Paths & {
    readonly name: 'building';
    readonly collected: Collected;
    /** Who asked for the build, and is answered at its end. */
    readonly from: From<EncoderResult<BuildStats>>;
    /** `undefined` until it has started. */
    readonly build: RunningBuild | undefined;
  };
export type Completed = Purpose &
  Paths & { readonly name: 'completed'; readonly collected: Collected; readonly stats: BuildStats };
export type Failed = Purpose &
  Paths & { readonly name: 'error'; readonly collected: Collected; readonly error: EncoderFailure };

/** The states of an encoder, each with its own data. */
export type EncoderState = Ready | Collecting | Building | Completed | Failed;

/** The first state, and the one after a reset. */
export const blank = ({ indexName, config, buildWith }: Purpose): Ready => ({
  name: 'ready',
  indexName,
  config,
  buildWith,
});

/** What `getState` answers. */
export const snapshot = (state: EncoderState): EncoderSnapshot => {
  const collected = state.name === 'ready' ? undefined : state.collected;
  const paths = 'outputPath' in state ? state : { outputPath: null, indexPath: null };
  return {
    state: state.name,
    indexName: state.indexName,
    chunks: chunksOf(collected),
    sources: collected?.sourceCount ?? 0,
    outputPath: paths.outputPath,
    indexPath: paths.indexPath,
    stats: state.name === 'completed' ? state.stats : null,
    error: state.name === 'error' ? state.error : null,
    progress: state.name === 'building' ? [...(state.build?.progress.values() ?? [])] : [],
  };
};
