import { type CodecFailure, describeFailure } from '@memvisor/codec';
import { describeEmbeddingFailure, type EmbeddingFailure } from '@memvisor/embedding';
import { describeIndexFailure, type IndexFailure } from '@memvisor/search-index';

/**
 * Every way that a request to an encoder, or a build, can fail, by `kind`.
 *
 * - `no_chunks`: there is nothing to build from
 * - `building_in_progress`: a build runs; only `getState` and `cancelBuild` are served meanwhile
 * - `already_completed`: the build is done; `reset` makes the encoder ready for the next
 * - `cancelled`: the build was cancelled
 * - `same_path`: video and index can't be one file
 * - `unwritable`: an output can't be created or renamed
 * - `disk_full`: there is no room for an output
 * - `source_unreadable`: a text given with `addSource` could not be read
 * - `dimension_mismatch`: the embedder's vectors are not as long as the configuration says
 * - `too_few_dimensions`: the embedder's vectors are shorter than `index.reduceTo`
 * - `unknown_setting`: a video says that it was built with a setting that is not known here
 * - `model_not_here`: the model that a video names is neither the default one nor was it downloaded before
 * - `codec`, `embedding`, `index`: what those packages say
 * - `index_process_died`: the process that computed the index ended
 */
export type EncoderFailure =
  | { readonly kind: 'no_chunks' }
  | { readonly kind: 'building_in_progress' }
  | { readonly kind: 'already_completed' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'same_path'; readonly path: string }
  | { readonly kind: 'unwritable'; readonly path: string; readonly cause: unknown }
  | { readonly kind: 'disk_full'; readonly path: string }
  | { readonly kind: 'source_unreadable'; readonly source: string; readonly cause: unknown }
  | { readonly kind: 'dimension_mismatch'; readonly expected: number; readonly actual: number }
  | { readonly kind: 'too_few_dimensions'; readonly reduceTo: number; readonly actual: number }
  | {
      readonly kind: 'unknown_setting';
      readonly path: string;
      /** Where in the video's metadata, such as `index.storage`. */
      readonly place: string;
      readonly value: unknown;
      readonly expected: string;
    }
  | { readonly kind: 'model_not_here'; readonly path: string; readonly model: string }
  | { readonly kind: 'codec'; readonly failure: CodecFailure }
  | { readonly kind: 'embedding'; readonly failure: EmbeddingFailure }
  | { readonly kind: 'index'; readonly failure: IndexFailure }
  | { readonly kind: 'index_process_died'; readonly detail: string };

/** A value, or an {@link EncoderFailure}. */
export type EncoderResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: EncoderFailure };

/** One or two sentences for people: what went wrong and what to do about it. */
export const describeEncoderFailure = (failure: EncoderFailure): string => {
  switch (failure.kind) {
    case 'no_chunks':
      return 'there is nothing to build: add a text first';
    case 'building_in_progress':
      return 'the encoder is building; wait until it is done, or cancel the build';
    case 'already_completed':
      return 'the encoder has built its video; reset it before it is used again';
    case 'cancelled':
      return 'the build was cancelled; nothing was written';
    case 'same_path':
      return `video and index are both to be ${failure.path}; give them different paths`;
    case 'unwritable':
      return `${failure.path} can not be written: ${refusal(failure.cause)}`;
    case 'disk_full':
      return `there is no room left on the disk for ${failure.path}; free some space or write elsewhere`;
    case 'source_unreadable':
      return `${failure.source || 'a source'} can not be read: ${textOf(failure.cause)}`;
    case 'dimension_mismatch':
      return `the configuration says ${failure.expected} dimensions, but the embedder's vectors have ${failure.actual}; leave the option out or use another model`;
    case 'too_few_dimensions':
      return `vectors are to be reduced to ${failure.reduceTo} numbers, but the embedder's have only ${failure.actual}; reduce to fewer, or leave the option out`;
    case 'unknown_setting':
      return `${failure.path} says that its ${failure.place} is ${(JSON.stringify(failure.value) ?? 'nothing').slice(0, 100)}; known is ${failure.expected}. A newer version may have written it; texts can be recovered without an index`;
    case 'model_not_here':
      return `${failure.path} was built with the model ${JSON.stringify(failure.model).slice(0, 200)}, which is not here, and is not fetched because a file says so; name the model to use`;
    case 'codec':
      return describeFailure(failure.failure);
    case 'embedding':
      return describeEmbeddingFailure(failure.failure);
    case 'index':
      return describeIndexFailure(failure.failure);
    case 'index_process_died':
      return `the process that computes the index ended: ${failure.detail}. Try again; if it was out of memory, with less text.`;
  } // no default: a new kind without a sentence fails the build
};

/** In words, where the system only has a code; the path that it knows is a temporary one beside the output. */
const refusal = (cause: unknown): string => {
  switch (typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined) {
    case 'ENOENT':
      return 'there is no such folder to write to; create it first, or write elsewhere';
    case 'ENOTDIR':
      return 'what should be its folder is a file; write elsewhere';
    case 'EACCES':
    case 'EPERM':
      return 'its folder does not allow it; change its permissions, or write elsewhere';
    case 'EROFS':
      return 'it is on a read-only file system; write elsewhere';
    default:
      return textOf(cause);
  }
};

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
