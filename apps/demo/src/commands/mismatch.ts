import { counted } from '../terminal.js';

/**
 * One thing that is not as it should be:
 *
 * - `unreadable_frame`: a frame that can not be read
 * - `missing_chunks`: chunks that the archive says it has, but that did not come out
 * - `incomplete`: the video's end is missing
 * - `no_index`: the index can not be loaded, or belongs to another video
 * - `contradiction`: memvid v1's two index files do not go together
 * - `not_in_video`: a chunk of the index that is not in the video
 * - `not_in_index`: a chunk of the video that the index does not know
 * - `differs`: a chunk of which the index says something else than the video
 */
export type Mismatch =
  | { readonly kind: 'unreadable_frame'; readonly frame: number; readonly reason: string }
  | { readonly kind: 'missing_chunks'; readonly count: number }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'no_index'; readonly reason: string }
  | { readonly kind: 'contradiction'; readonly reason: string }
  | { readonly kind: 'not_in_video'; readonly chunkId: number; readonly frame: number }
  | { readonly kind: 'not_in_index'; readonly chunkId: number; readonly frame: number }
  | {
      readonly kind: 'differs';
      readonly chunkId: number;
      readonly frame: number;
      readonly what: Difference;
    };

/** In what a chunk differs. Only memvid v1's index has texts to compare, and only ours the rest but frame and length. */
export type Difference =
  | 'frame'
  | 'length'
  | 'text'
  | 'source'
  | 'start'
  | 'lines'
  | 'headings'
  | 'page'
  | 'metadata';

/** One of them in a few words. */
export const describeMismatch = (mismatch: Mismatch): string => {
  switch (mismatch.kind) {
    case 'unreadable_frame':
      return `frame ${mismatch.frame}: ${mismatch.reason}`;
    case 'missing_chunks':
      return `${counted(mismatch.count, 'chunk')} missing`;
    case 'incomplete':
      return 'the end of the video is missing';
    case 'no_index':
    case 'contradiction':
      return mismatch.reason;
    case 'not_in_video':
      return `chunk ${mismatch.chunkId} of the index is not in the video`;
    case 'not_in_index':
      return `chunk ${mismatch.chunkId} in frame ${mismatch.frame} is not in the index`;
    case 'differs':
      return `chunk ${mismatch.chunkId} in frame ${mismatch.frame} has ${mismatch.what === 'lines' || mismatch.what === 'headings' || mismatch.what === 'metadata' ? 'other' : 'another'} ${mismatch.what} than the index says`;
  } // no default: a new kind without a sentence fails the build
};

/** Of the video itself: what is lost is in its sources alone. */
const ofVideo: ReadonlySet<Mismatch['kind']> = new Set(['unreadable_frame', 'missing_chunks', 'incomplete']);

/** What to do about them. */
export const mendOf = (mismatches: readonly Mismatch[]): string =>
  mismatches.some(({ kind }) => ofVideo.has(kind))
    ? 'Encode it again from its sources.'
    : 'The video itself is whole: `memvisor recover` makes its index anew.';
