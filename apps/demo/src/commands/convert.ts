import { realpath } from 'node:fs/promises';
import { describeFailure, findFfmpeg, startCodecPool } from '@memvisor/codec';
import { indexPathOf } from '@memvisor/retriever';
import { memvidIndexPathOf } from '@memvisor/search-index';
import { readSource } from '../convert/source.js';
import { convertToMemvid } from '../convert/to-memvid.js';
import { convertToOurs } from '../convert/to-ours.js';
import { CommandFailure, wrongUsage } from '../failure.js';
import { interruptible } from '../interrupt.js';
import { createProgress, type Progress } from '../progress.js';
import { startRootTree } from '../root-tree.js';
import { bytes, counted, print, printable, printableJson } from '../terminal.js';
import type { ArchiveOptions } from './shared-options.js';

export interface ConvertCommandOptions extends ArchiveOptions {
  readonly out: string;
  readonly format: 'packed' | 'json';
  readonly codec?: string;
  readonly model?: string;
  readonly textsFromIndex?: boolean;
}

/** What `--json` prints. */
export interface ConvertReport {
  readonly video: string;
  /** `json`: memvid's JSON file; its FAISS file has the same name. */
  readonly index: string;
  readonly format: 'packed' | 'json';
  readonly chunks: number;
  readonly frames: number;
  readonly videoBytes: number;
  readonly indexBytes: number;
  /** What the vectors come from. */
  readonly model: string;
  /** `json` only: width and height of a frame. */
  readonly framePx?: number;
  /** Whether the chunks have other ids than before. */
  readonly renumbered: boolean;
  /** Chunks that were cut into pieces. */
  readonly split: number;
  /** Texts that come from memvid's index, as --texts-from-index allowed, because their frames can't be read. */
  readonly textsFromIndex: number;
  /** What the archive can't do, or lost. */
  readonly notices: readonly string[];
}

/** `memvisor convert`: memvid v1's archives into ours, and any into one that memvid v1 opens. */
export const convertCommand = async (video: string, options: ConvertCommandOptions): Promise<void> => {
  const { out, format, ffmpeg, codec } = options;
  if (format === 'json' && codec !== undefined)
    throw wrongUsage('--codec is for --format packed: archives for memvid v1 are written in h264.');
  await refuseOverwriting(video, format, out);
  // Before any work: whether the output can be written at all.
  const able = await findFfmpeg({
    path: out,
    ffmpegPath: ffmpeg,
    ...(codec === undefined ? {} : { profile: codec }),
  });
  if (!able.ok)
    throw able.failure.kind === 'container_unfit'
      ? wrongUsage(describeFailure(able.failure))
      : new CommandFailure(describeFailure(able.failure));
  const progress = createProgress(options.json !== true);
  try {
    const report = await interruptible((signal) => convert(video, options, progress, signal));
    progress.end();
    await print(options.json === true ? printableJson(report) : forPeople(report));
  } finally {
    progress.end();
  }
};

const convert = async (
  video: string,
  { out, format, ffmpeg, codec, model, index, textsFromIndex = false }: ConvertCommandOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<ConvertReport> => {
  const tree = await startRootTree();
  const pool = startCodecPool();
  try {
    const source = await readSource(video, { index, ffmpeg, textsFromIndex, pool, signal, progress });
    if (format === 'packed' && source.info.format === 'packed')
      throw wrongUsage(
        `${video} is an archive of ours already. To make one for memvid v1 say --format json.`,
      );
    const common = { out, model, ffmpeg, signal };
    const converted =
      format === 'json'
        ? await convertToMemvid(source, { ...common, pool, progress })
        : await convertToOurs(source, { ...common, codec });
    return { ...converted, format, textsFromIndex: source.textsFromIndex };
  } finally {
    await pool.stop();
    await tree.stop();
  }
};

/** An output that replaces what it is made from would destroy it. */
const refuseOverwriting = async (video: string, format: 'packed' | 'json', out: string): Promise<void> => {
  const real = (path: string) => realpath(path).catch(() => undefined);
  const index = format === 'json' ? memvidIndexPathOf(out) : indexPathOf(out);
  const inputs = await Promise.all([video, memvidIndexPathOf(video), indexPathOf(video)].map(real));
  for (const output of [out, index]) {
    const found = await real(output);
    if (found !== undefined && inputs.includes(found))
      throw wrongUsage(
        `${output} belongs to what is converted, and would be overwritten. Give --out another name.`,
      );
  }
};

const forPeople = (report: ConvertReport): string => {
  const { video, index, chunks, frames, videoBytes, indexBytes, framePx, model, textsFromIndex } = report;
  return [
    `${printable(video)}: ${counted(chunks, 'chunk')} in ${counted(frames, 'frame')}${framePx === undefined ? '' : ` of ${framePx} × ${framePx} px`} (${bytes(videoBytes)})`,
    `${printable(index)}: vectors of ${printable(model)} (${bytes(indexBytes)})`,
    ...(textsFromIndex > 0
      ? [`${counted(textsFromIndex, 'text')} taken from memvid's index: the frames can't be read.`]
      : []),
    ...report.notices.map(printable),
  ].join('\n');
};
