/** Every way in which opening or saving an index can fail, by `kind`. */
export type IndexFailure =
  /** There is no file of that name; `notMemvids` lies where memvid v1 has its index, and is none. */
  | { readonly kind: 'not_found'; readonly path: string; readonly notMemvids?: string }
  /** The system refused to read it; `code` is the system's, such as `EACCES`. */
  | { readonly kind: 'not_readable'; readonly path: string; readonly code: string }
  /** The file exists, but its first bytes are not an index's. */
  | { readonly kind: 'not_an_index'; readonly path: string }
  /** Written by a later Memvisor than this. */
  | {
      readonly kind: 'newer_version';
      readonly path: string;
      readonly found: number;
      readonly supported: number;
    }
  /** A checksum or a value in it is wrong; `section` says where. The index can be rebuilt from its video. */
  | { readonly kind: 'damaged'; readonly path: string; readonly section: string }
  /** The index of another video. */
  | {
      readonly kind: 'wrong_archive';
      readonly path: string;
      readonly expected: string;
      readonly found: string;
    }
  /** Its vectors come from another model, so that they can't be compared with ours. */
  | {
      readonly kind: 'wrong_model';
      readonly path: string;
      readonly expected: string;
      readonly found: string;
      /** What the found model calls itself, where somebody knows. */
      readonly name?: string;
    }
  /** The system refused to write it; the file that was there before, if any, is untouched. */
  | { readonly kind: 'not_written'; readonly path: string; readonly code: string }
  /** The process that was to hold it could not be started, or ended before it had opened it. */
  | { readonly kind: 'process_ended'; readonly reason: string }
  /** faiss was demanded (`backend: 'faiss'`) and does not load. */
  | { readonly kind: 'no_faiss'; readonly reason: string };

/** One sentence that says what happened and, where something can be done, what. */
export const describeIndexFailure = (failure: IndexFailure): string => {
  switch (failure.kind) {
    case 'not_found':
      return failure.notMemvids === undefined
        ? `There is no index at ${failure.path}.${rebuild(failure.path)}`
        : `There is no index at ${failure.path}, and ${failure.notMemvids} is no index of memvid v1's, or a damaged one.${rebuild(failure.path)}`;
    case 'not_readable':
      return `The index ${failure.path} can't be read (${failure.code}).`;
    case 'not_an_index':
      return `${failure.path} is not a Memvisor index.${rebuild(failure.path)}`;
    case 'newer_version':
      return `The index ${failure.path} has format version ${failure.found}; this Memvisor reads up to ${failure.supported}. Update Memvisor.`;
    case 'damaged':
      return `The index ${failure.path} is damaged (section ${failure.section}).${rebuild(failure.path)}`;
    case 'wrong_archive':
      return `The index ${failure.path} belongs to another video (${failure.found}, not ${failure.expected}).${rebuild(failure.path)}`;
    case 'wrong_model':
      return `The index ${failure.path} was made with the model ${failure.name === undefined ? '' : `${failure.name}, `}${failure.found}, not with ${failure.expected}. Search with that model (\`memvisor search --model\`), by words alone, or build the index again.`;
    case 'not_written':
      return `The index ${failure.path} can't be written (${failure.code}).`;
    case 'process_ended':
      return `The index can't be opened: ${failure.reason} (Node is started again for it: ${process.execPath}). Look whether that program can be run and there is memory for it, and try again.`;
    case 'no_faiss':
      return `faiss does not load (${failure.reason}). Search exactly instead (backend: 'auto'), or compile faiss-node.`;
  }
};

/** What holds of an index of ours; memvid v1's files are not made from its video. */
const rebuild = (path: string): string =>
  /\.(?:json|faiss)$/i.test(path) ? '' : ' `memvisor recover` makes it anew from its video.';

/** @internal The system's code of an error, such as `ENOENT`; else the error in words. */
export const systemCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : String(error);

/** A caller's mistake: thrown before anything is changed. Names the option, its value and what was expected. */
export class IndexOptionError extends Error {
  override readonly name = 'IndexOptionError';

  constructor(
    /** Path of the option, such as `bm25.k1`. */
    readonly option: string,
    /** What was given. */
    readonly value: unknown,
    /** What would have been right. */
    readonly expected: string,
  ) {
    super(`${option}: expected ${expected}, got ${show(value)}`);
  }
}

const show = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
};
