import { describeEncoderFailure, type RecoveredMemory, recoverMemory } from '@memvisor/encoder';
import { OptionError } from '@memvisor/supervisor';
import { CommandFailure, wrongUsage } from '../failure.js';
import { interruptible } from '../interrupt.js';
import { createProgress, type Progress } from '../progress.js';
import { type RecoveredText, RecoveredTexts } from '../recovered-texts.js';
import { bytes, counted, print, printable, printableJson } from '../terminal.js';
import type { ArchiveOptions } from './shared-options.js';

export interface RecoverCommandOptions extends ArchiveOptions {
  readonly out?: string;
  readonly textsOnly?: boolean;
  readonly model?: string;
}

/** What `--json` prints. */
export interface RecoverReport {
  readonly video: string;
  readonly index: NonNullable<RecoveredMemory['index']> | null;
  readonly out: string | null;
  readonly texts: readonly RecoveredText[];
  /** Chunks without a source, in `chunks.jsonl`. */
  readonly looseChunks: number;
  readonly frames: number;
  readonly chunks: number;
  readonly unreadableFrames: number;
  readonly missingChunks: number | null;
  readonly complete: boolean;
  readonly stoppedBy: string | null;
}

/** `memvisor recover`: the index and the texts, from the video alone. */
export const recoverCommand = async (video: string, options: RecoverCommandOptions): Promise<void> => {
  if (options.textsOnly === true && options.out === undefined)
    throw wrongUsage('--texts-only needs a folder for them: --out <folder>.');
  const progress = createProgress(options.json !== true);
  let report: RecoverReport;
  try {
    report = await interruptible((signal) => recover(video, options, progress, signal));
  } finally {
    progress.end();
  }
  await print(options.json === true ? printableJson(report) : forPeople(report));
  if (report.unreadableFrames > 0 || report.missingChunks !== 0)
    throw new CommandFailure(`${printable(video)}: ${lost(report)}. The rest was recovered.`);
};

const recover = async (
  video: string,
  { out, index, textsOnly, model, ffmpeg }: RecoverCommandOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<RecoverReport> => {
  const texts = out === undefined ? undefined : await RecoveredTexts.create(out);
  try {
    const recovered = await recoverMemory(video, {
      ...(index === undefined ? {} : { indexPath: index }),
      ...(textsOnly === true ? { indexPath: null } : {}),
      ...(model === undefined ? {} : { embedding: { model } }),
      ffmpegPath: ffmpeg,
      signal,
      ...(texts === undefined ? {} : { onChunk: (chunk) => texts.add(chunk) }),
      onProgress: ({ stage, done, total, etaMs }) => {
        if (stage === 'verify') progress.report('recover', done, total, etaMs);
      },
    });
    if (!recovered.ok) throw new CommandFailure(describeEncoderFailure(recovered.failure));
    await texts?.publish();
    const { unreadable, missingChunks, isComplete, stoppedBy, ...found } = recovered.value;
    return {
      video,
      index: found.index ?? null,
      out: out ?? null,
      texts: texts?.texts ?? [],
      looseChunks: texts?.looseChunks ?? 0,
      frames: found.frames,
      chunks: found.chunks,
      unreadableFrames: unreadable.length,
      missingChunks: missingChunks ?? null,
      complete: isComplete,
      stoppedBy: stoppedBy ?? null,
    };
  } catch (error) {
    if (error instanceof OptionError) throw wrongUsage(error.message);
    throw error;
  } finally {
    await texts?.discard();
  }
};

const lost = ({ unreadableFrames, missingChunks, frames }: RecoverReport): string =>
  [
    `${unreadableFrames} of ${counted(frames, 'frame')} can not be read`,
    missingChunks === null
      ? 'the end is lost, so nobody knows how many chunks are missing'
      : `${counted(missingChunks, 'chunk')} missing`,
  ].join('; ');

const forPeople = (report: RecoverReport): string => {
  const { index, out, texts, looseChunks, chunks, frames } = report;
  const gaps = texts.filter((text) => text.gaps.length > 0);
  return [
    `${counted(chunks, 'chunk')} from ${counted(frames, 'frame')}`,
    ...(index === null ? [] : [`${printable(index.path)} (${bytes(index.bytes)})`]),
    ...(index === null || index.isSameModel
      ? []
      : [
          `The archive does not say that it was built with this ${printable(index.model)}: ranks may differ.`,
        ]),
    ...(out === null
      ? []
      : [
          `${printable(out)}: ${counted(texts.length, 'text')}${looseChunks === 0 ? '' : `, ${counted(looseChunks, 'chunk')} without a source in chunks.jsonl`}`,
        ]),
    ...gaps.map(({ file, gaps: parts }) => `${printable(file)}: ${counted(parts.length, 'part')} missing`),
  ].join('\n');
};
