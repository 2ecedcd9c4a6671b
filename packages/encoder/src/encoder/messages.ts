import type { Call } from '@memvisor/supervisor';
import type { BuildStats, TextSource } from '../build/job.js';
import type { BuildProgress } from '../build/progress.js';
import type { ArchiveChunk, TextOrigin } from '../chunking/place-chunks.js';
import type { EncoderFailure, EncoderResult } from '../failure.js';

/** What an encoder accepts. Its client, `Encoder`, is the only one that speaks it. */
export type EncoderProtocol = {
  readonly call:
    | Call<{ readonly type: 'addChunks'; readonly chunks: readonly ArchiveChunk[] }, EncoderResult<void>>
    | Call<
        { readonly type: 'addText'; readonly text: string; readonly origin: TextOrigin },
        EncoderResult<void>
      >
    | Call<{ readonly type: 'addSource'; readonly source: TextSource }, EncoderResult<void>>
    | Call<
        { readonly type: 'buildVideo'; readonly outputPath: string; readonly indexPath: string },
        EncoderResult<BuildStats>
      >
    | Call<{ readonly type: 'getState' }, EncoderSnapshot>
    | Call<{ readonly type: 'reset' }, EncoderResult<void>>;
  readonly cast:
    | { readonly type: 'cancelBuild' }
    | { readonly type: 'buildComplete'; readonly outcome: EncoderResult<BuildStats> };
  readonly internal: { readonly type: 'startBuild' };
};

/** The states of an encoder. */
export type EncoderStateName = 'ready' | 'collecting' | 'building' | 'completed' | 'error';

/** An encoder as `Encoder.getState` shows it. */
export type EncoderSnapshot = {
  readonly state: EncoderStateName;
  readonly indexName: string;
  /** What was added, in order. Texts of `addSource` are cut while building and not kept here. */
  readonly chunks: readonly ArchiveChunk[];
  /** Sources that were added. */
  readonly sources: number;
  readonly outputPath: string | null;
  readonly indexPath: string | null;
  /** In `completed`: what was built. */
  readonly stats: BuildStats | null;
  /** In `error`: why. */
  readonly error: EncoderFailure | null;
  /** In `building`: how far each stage has come, the latest last. */
  readonly progress: readonly BuildProgress[];
};
