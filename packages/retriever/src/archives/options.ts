import { OptionError } from '@memvisor/supervisor';
import * as z from 'zod';
import { embedderOption, integer, path, type RetrieverOptions } from '../options.js';

/** How several archives are opened as one. */
export interface ArchivesOptions extends Pick<RetrieverOptions, 'topK' | 'ffmpegPath'> {
  /**
   * As for a retriever: a function that opens it is called once, by the first archive whose index has vectors, which may come
   * later; never where all are searched by words alone because they have none or memvid v1 wrote them.
   */
  readonly embedder?: RetrieverOptions['embedder'];
  /** As for a retriever, in each archive. Default 1. */
  readonly decoders?: number;
  /** As for a retriever, in each archive. Default 200. */
  readonly cacheSize?: number;
  /**
   * Paths of videos, and patterns such as `notes/*.mp4` or `2024-??.mkv`, which find videos by their extensions (.mp4, .mkv,
   * .mov, .webm, .avi, .m4v). A path that exists is a path, whatever characters are in it; `**` goes through no links. At least
   * one.
   */
  readonly archives: readonly string[];
  /**
   * Longest wait for one archive in one step of a search, in milliseconds, 1 to 3,600,000; then the others answer without it.
   * Default 5,000.
   */
  readonly archiveTimeoutMs?: number;
  /** Longest wait for one archive to open, from when its turn comes, likewise. Default 60,000. */
  readonly openTimeoutMs?: number;
  /**
   * After so many milliseconds, 0 to 3,600,000, the next search looks again for what could not be opened or was too slow, and for
   * files that patterns did not find before. Default 5,000.
   */
  readonly reopenAfterMs?: number;
}

/** {@link ArchivesOptions} with the defaults that matter here filled in; the rest is each retriever's. */
export type ArchivesSettings = ArchivesOptions &
  Required<Pick<ArchivesOptions, 'topK' | 'archiveTimeoutMs' | 'openTimeoutMs' | 'reopenAfterMs'>>;

const milliseconds = (least: number) => {
  const error = `milliseconds from ${least} to 3600000`;
  return z.number({ error }).min(least, { error }).max(3_600_000, { error });
};

const schema = z.strictObject({
  archives: z
    .array(path('a list of paths or patterns'), { error: 'a list of paths or patterns' })
    .min(1, { error: 'at least one path or pattern' }),
  embedder: embedderOption.optional(),
  ffmpegPath: path('the path of an ffmpeg').optional(),
  decoders: integer(0, 16).optional(),
  cacheSize: integer(1, 1_000_000).optional(),
  topK: integer(1, 1000).default(5),
  archiveTimeoutMs: milliseconds(1).default(5000),
  openTimeoutMs: milliseconds(1).default(60_000),
  reopenAfterMs: milliseconds(0).default(5000),
});

/** @throws {OptionError} naming the first option that is wrong. */
export const checkArchivesOptions = (options: ArchivesOptions): ArchivesSettings => {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data as ArchivesSettings;
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const option = unknown ?? String(issue?.path[0] ?? 'options');
  throw new OptionError(
    `archives.${option}`,
    (options as unknown as { readonly [name: string]: unknown } | undefined)?.[option],
    unknown === undefined ? (issue?.message ?? 'valid options') : 'no such option',
  );
};
