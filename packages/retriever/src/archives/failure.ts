import { describeRetrieverFailure, type RetrieverFailure } from '../failure.js';

/**
 * Why one of several archives takes no part in an answer.
 *
 * - `not_opened`: video or index can't be opened; tried again later
 * - `no_match`: a pattern that no video matches; tried again later
 * - `died`: its process ended in the middle, and again after its supervisor had restarted it
 * - `too_slow`: it did not answer in time; left alone for a while, so that it does not delay every search
 * - `no_vectors`: asked by vectors alone, and it has none that ours compare with
 */
export type ArchiveFailure =
  | { readonly kind: 'not_opened'; readonly failure: RetrieverFailure }
  | { readonly kind: 'no_match'; readonly pattern: string }
  | { readonly kind: 'died'; readonly reason: string }
  | { readonly kind: 'too_slow'; readonly timeoutMs: number }
  | { readonly kind: 'no_vectors'; readonly notice: string | undefined };

/** One sentence for people. */
export const describeArchiveFailure = (failure: ArchiveFailure): string => {
  switch (failure.kind) {
    case 'not_opened':
      return describeRetrieverFailure(failure.failure);
    case 'no_match':
      return `No video matches ${failure.pattern}.`;
    case 'died':
      return `Its process ended (${failure.reason}).`;
    case 'too_slow':
      return `It did not answer within ${failure.timeoutMs} ms.`;
    case 'no_vectors':
      return failure.notice ?? 'It has no vectors to search by.';
  } // no default: a new kind without a sentence fails the build
};

/** How one of the archives took part in an answer. */
export type ArchiveReport = {
  /** Its path, as given or as a pattern found it; the pattern itself where that found none. */
  readonly archive: string;
} & (
  | {
      readonly ok: true;
      readonly chunks: number;
      /** What is particular about it, such as that only its words were searched. */
      readonly notice?: string;
    }
  | { readonly ok: false; readonly failure: ArchiveFailure; readonly message: string }
);

/**
 * Every way that a request to several archives can fail as a whole.
 *
 * - `no_archive`: none of them can be searched; `archives` says of each why
 * - `unknown_archive`: none of them is called so
 * - `archive`: the one that was asked for can't be read
 * - the others as for a single retriever
 */
export type ArchivesFailure =
  | { readonly kind: 'no_archive'; readonly archives: readonly ArchiveReport[] }
  | { readonly kind: 'unknown_archive'; readonly archive: string }
  | { readonly kind: 'archive'; readonly archive: string; readonly failure: ArchiveFailure }
  | RetrieverFailure;

/** The archive and what is wrong with it; most sentences name it anyway. */
export const describeReport = ({ archive, message }: { archive: string; message: string }): string =>
  message.includes(archive) ? message : `${archive}: ${message}`;

/** A value, or an {@link ArchivesFailure}. */
export type ArchivesResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: ArchivesFailure };

/** One sentence or more for people; of `no_archive` a line for each. */
export const describeArchivesFailure = (failure: ArchivesFailure): string => {
  switch (failure.kind) {
    case 'no_archive':
      return [
        'None of the archives can be searched.',
        ...failure.archives.map((one) => (one.ok ? `${one.archive} is empty.` : describeReport(one))),
      ].join('\n');
    case 'unknown_archive':
      return `There is no archive ${failure.archive} among these.`;
    case 'archive':
      return describeReport({ archive: failure.archive, message: describeArchiveFailure(failure.failure) });
    default:
      return describeRetrieverFailure(failure);
  }
};
