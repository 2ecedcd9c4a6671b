import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  DocumentError,
  type DocumentFailure,
  describeDocumentFailure,
  findDocuments,
} from '@memvisor/documents';
import { type SourceOptions, slashed, sourceNames } from './sources.js';

/** One text to encode, read when its turn comes. */
export interface Input {
  /** What answers are cited by. */
  readonly source: string;
  /** Its file; none for standard input. */
  readonly path: string | undefined;
}

/** A file that did not become a text, and why. */
export interface SkippedInput {
  /** As the caller gave it, or below the directory that the caller gave. */
  readonly file: string;
  /** For programs. */
  readonly kind: DocumentFailure['kind'] | 'no_documents';
  /** For people: what is wrong and what to do about it. */
  readonly reason: string;
}

/** What the arguments of `encode` name. */
export interface FoundInputs {
  readonly inputs: readonly Input[];
  readonly skipped: readonly SkippedInput[];
}

export const skippedInput = (file: string, failure: DocumentFailure): SkippedInput => ({
  file,
  kind: failure.kind,
  reason: describeDocumentFailure(failure),
});

/**
 * The texts that the arguments name, each once: files as they are, directories with every document below them in the order of their
 * names, `-` for standard input. What is not there is skipped and told.
 */
export const findInputs = async (
  args: readonly string[],
  options: SourceOptions = {},
): Promise<FoundInputs> => {
  const inputs: Input[] = [];
  const known = new Set<string>();
  const skipped: SkippedInput[] = [];
  const nameOf = sourceNames(
    args.filter((arg) => arg !== '-'),
    options,
  );
  const onUnreadable = (folder: string, failure: DocumentFailure) =>
    skipped.push(skippedInput(folder, failure));
  for (const arg of args) {
    if (arg === '-') {
      inputs.push({ source: 'stdin', path: undefined });
      continue;
    }
    try {
      const found = await stat(arg).catch(() => undefined);
      // What is not there, and whatever else a file may be, the reader tells.
      const files = found?.isDirectory() === true ? await findDocuments(arg, { onUnreadable }) : [arg];
      // What is named twice, by itself and by its folder for instance, is one text.
      for (const path of files.filter((path) => !known.has(resolve(path)))) {
        known.add(resolve(path));
        inputs.push({ source: nameOf(arg, path), path });
      }
      if (files.length === 0)
        skipped.push({
          file: arg,
          kind: 'no_documents',
          reason:
            'no text files or other documents in this directory. Name the files themselves to encode what has another name.',
        });
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      skipped.push(skippedInput(arg, error.failure));
    }
  }
  return { inputs: toldApart(inputs), skipped };
};

/** A file here and one from elsewhere may have come to the same name: then both have their full paths. */
const toldApart = (inputs: readonly Input[]): readonly Input[] => {
  const times = new Map<string, number>();
  for (const { source, path } of inputs)
    if (path !== undefined) times.set(source, (times.get(source) ?? 0) + 1);
  return inputs.map(({ source, path }) =>
    path !== undefined && (times.get(source) ?? 0) > 1
      ? { source: slashed(resolve(path)), path }
      : { source, path },
  );
};
