import {
  type CodecFailure,
  describeFailure as describeCodecFailure,
  describeFrameFailure,
  type FrameFailure,
} from '@memvisor/codec';
import { describeEmbeddingFailure, type EmbeddingFailure } from '@memvisor/embedding';
import { describeIndexFailure, type IndexFailure } from '@memvisor/search-index';

/**
 * Every way that opening an archive for reading, or a question to it, can fail.
 *
 * - `video`: the video can not be opened or read
 * - `index`: the index beside it can not be loaded, or belongs to another video
 * - `embedding`: the question's vector could not be computed
 * - `no_such_chunk`: no chunk has this id
 * - `wrong_request`: an option of the search can not be used; the retriever goes on with others' searches
 */
export type RetrieverFailure =
  | { readonly kind: 'video'; readonly failure: CodecFailure }
  | { readonly kind: 'index'; readonly failure: IndexFailure }
  | { readonly kind: 'embedding'; readonly failure: EmbeddingFailure }
  | { readonly kind: 'no_such_chunk'; readonly id: number }
  | {
      readonly kind: 'wrong_request';
      readonly option: string;
      readonly value: unknown;
      readonly expected: string;
    };

/** A value, or a {@link RetrieverFailure}. */
export type RetrieverResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: RetrieverFailure };

/** One or two sentences for people: what went wrong and what to do about it. */
export const describeRetrieverFailure = (failure: RetrieverFailure): string => {
  switch (failure.kind) {
    case 'video':
      return describeCodecFailure(failure.failure);
    case 'index':
      return describeIndexFailure(failure.failure);
    case 'embedding':
      return describeEmbeddingFailure(failure.failure);
    case 'no_such_chunk':
      return `There is no chunk ${String(failure.id)} in this archive.`;
    case 'wrong_request':
      return `${failure.option}: expected ${failure.expected}, got ${shown(failure.value)}.`;
  } // no default: a new kind without a sentence fails the build
};

const shown = (value: unknown): string => {
  // JSON has no NaN, no infinity and no whole numbers of any size.
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return 'what is no plain data';
  }
};

/**
 * Why the text of one result could not be read from the video.
 *
 * - `frame`: the frame itself is unreadable
 * - `video`: the decoder failed before it came to the frame
 * - `not_in_frame`: the frame is sound, but the chunk is not in it: index and video disagree
 * - `differs`: the chunk in the video is not the one that was indexed
 * - `archive`: of several archives, this one did not answer any more; `reason` in words
 */
export type Unreadable =
  | { readonly kind: 'frame'; readonly frame: number; readonly failure: FrameFailure }
  | { readonly kind: 'video'; readonly frame: number; readonly failure: CodecFailure }
  | { readonly kind: 'not_in_frame'; readonly frame: number }
  | { readonly kind: 'differs'; readonly frame: number }
  | { readonly kind: 'archive'; readonly frame: number; readonly reason: string };

/** One sentence for people. */
export const describeUnreadable = (reason: Unreadable): string => {
  switch (reason.kind) {
    case 'frame':
      return `frame ${reason.frame} is unreadable: ${describeFrameFailure(reason.failure)}`;
    case 'video':
      return `frame ${reason.frame} could not be fetched: ${describeCodecFailure(reason.failure)}`;
    case 'not_in_frame':
      return `frame ${reason.frame} does not hold this chunk: the index does not belong to the video as it is`;
    case 'differs':
      return `frame ${reason.frame} holds another text under this id than was indexed`;
    case 'archive':
      return `frame ${reason.frame} could not be fetched: ${reason.reason}`;
  } // no default: a new kind without a sentence fails the build
};
