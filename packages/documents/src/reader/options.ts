import { availableParallelism } from 'node:os';
import { OptionError } from '@memvisor/supervisor';
import * as z from 'zod';

/** What a reader takes, and how much of it. Files of text are read as streams and have no bound. */
export type DocumentReaderOptions = {
  /** Threads, from 1. @defaultValue the number of cores, up to 4 */
  readonly threads?: number;
  /** Longest time in milliseconds that one file may take; past it, `timed_out`. @defaultValue `60_000` */
  readonly timeoutMs?: number;
  /** Largest file of HTML, PDF, EPUB or DOCX in bytes; above, `too_large`. @defaultValue `134_217_728` (128 MiB) */
  readonly maxFileBytes?: number;
  /** Most bytes of text and markup that an EPUB or DOCX may unpack to; above, `unpacked_too_large`. @defaultValue `134_217_728` (128 MiB) */
  readonly maxUnpackedBytes?: number;
  /** Memory in MiB that a thread's objects may take; past it, `out_of_memory`. @defaultValue `1024` */
  readonly maxHeapMb?: number;
};

const whole = (least: number) =>
  z
    .number({ error: `a whole number from ${least}` })
    .int(`a whole number from ${least}`)
    .min(least, `a whole number from ${least}`);

const schema = z.strictObject({
  threads: whole(1).default(() => Math.min(4, availableParallelism())),
  timeoutMs: whole(1)
    .max(2 ** 31 - 1, 'a whole number below 2147483648')
    .default(60_000),
  maxFileBytes: whole(1).default(128 * 1024 * 1024),
  maxUnpackedBytes: whole(1).default(128 * 1024 * 1024),
  maxHeapMb: whole(16).default(1024),
});

/** @throws {OptionError} For the first option that is wrong or unknown. */
export const checkReaderOptions = (options: DocumentReaderOptions): Required<DocumentReaderOptions> => {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const name = unknown ?? String(issue?.path[0] ?? 'options');
  const value: unknown = Object.entries(options ?? {}).find(([key]) => key === name)?.[1] ?? options;
  throw new OptionError(
    name,
    value,
    unknown === undefined ? (issue?.message ?? '') : 'no option of this name',
  );
};
