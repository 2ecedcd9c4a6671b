import type { CollectedSource, Round } from './round.js';

/** What became of the build that a fault struck. */
export type Ending =
  /** Video and index were built: the fault came too late, or does no harm. */
  | 'completed'
  /** An expected failure: the encoder lives and is in `error`. */
  | 'failed'
  /** The encoder died. */
  | 'died';

/** Which chunk of a run's time a fault waits for before it strikes. */
export type Striking = {
  /** At which stages it can strike; a moment after the stage's beginning is drawn. @defaultValue any of them */
  readonly stages?: readonly ('chunk' | 'embed' | 'encode' | 'verify' | 'index')[];
};

/** One way of going wrong. */
export type Fault = Striking & {
  readonly name: string;
  /** How it is done. */
  readonly how: string;
  /** What must hold, besides what must hold after every round. */
  readonly holds: string;
  /** How the build may end. */
  readonly endings: readonly Ending[];
  /** Kinds of failure (`codec.ffmpeg_failed`) that may come of it. */
  readonly failures?: RegExp;
  /** A shell script that stands in for ffmpeg when it shall encode; `$real` is the real one. */
  readonly ffmpeg?: (round: Round) => string;
  /** What the encoder reads. @defaultValue the text, whole */
  readonly sources?: (round: Round) => readonly CollectedSource[];
  /** Vectors by the real model, in child processes. @defaultValue by hashing words */
  readonly partitions?: boolean;
  /** Milliseconds for which ffmpeg may make no progress. */
  readonly stallTimeoutMs?: number;
  /** The fault takes what is in the output folder away: nothing of it is looked for. */
  readonly takesFolder?: boolean;
  /** What is left in the output folder can not be removed before the next build. */
  readonly leavesUntilNext?: boolean;
  /** Sets the stage before the build begins. */
  readonly prepare?: (round: Round) => void | Promise<void>;
  /** Finds its moment itself. @defaultValue a random moment of the stages is waited for */
  readonly ownMoment?: boolean;
  /**
   * A build may come out whole though it was struck. Of other faults one that was built whole was missed: the fault came
   * too late, or found its victim idle.
   */
  readonly survivable?: boolean;
  /** Does it, at a random moment of the build. */
  readonly strike?: (round: Round) => void | Promise<void>;
  /** Undoes what would be in the way of the next build. */
  readonly restore?: (round: Round) => void | Promise<void>;
  /** Looks at what must hold besides. */
  readonly check?: (round: Round) => void | Promise<void>;
};
