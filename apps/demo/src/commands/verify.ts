import {
  describeFailure,
  describeFrameFailure,
  openArchive,
  startCodecPool,
  verifyArchive,
} from '@memvisor/codec';
import { indexPathOf } from '@memvisor/retriever';
import { describeIndexFailure, loadIndex } from '@memvisor/search-index';
import { CommandFailure } from '../failure.js';
import { interruptible } from '../interrupt.js';
import { memvidIndexInfo, memvidIndexOf } from '../memvid-index.js';
import { createProgress } from '../progress.js';
import { counted, print, printable, printableJson } from '../terminal.js';
import { compareChunks, indexedChunks, memvidChunks } from './compare-chunks.js';
import { describeMismatch, type Mismatch, mendOf } from './mismatch.js';
import type { ArchiveOptions } from './shared-options.js';

/** What `--json` prints. */
export interface VerifyReport {
  readonly frames: number;
  readonly readable: number;
  readonly chunks: number;
  readonly mismatches: readonly Mismatch[];
}

/** `memvisor verify`: every frame, every checksum, the index against the video. */
export const verifyCommand = async (video: string, options: ArchiveOptions): Promise<void> => {
  const progress = createProgress(options.json !== true);
  let report: VerifyReport;
  try {
    report = await interruptible((signal) =>
      verify(video, { ...options, signal }, (done, total) => progress.report('verify', done, total)),
    );
  } finally {
    progress.end();
  }
  await print(options.json === true ? printableJson(report) : forPeople(report));
  if (report.mismatches.length > 0)
    throw new CommandFailure(
      `${printable(video)}: ${report.mismatches.length === 1 ? 'one thing is' : `${report.mismatches.length} things are`} wrong. ${mendOf(report.mismatches)}`,
    );
};

/** Reads every frame of an archive and holds its index against it. */
export const verify = async (
  video: string,
  { index: given, ffmpeg, signal }: ArchiveOptions & { readonly signal?: AbortSignal },
  onProgress: (done: number, total: number) => void,
): Promise<VerifyReport> => {
  const mismatches: Mismatch[] = [];
  const index = given ?? indexPathOf(video);
  const memvid = await memvidIndexOf(video, given);
  const loaded = memvid ?? (await loadIndex(index));
  const reading = { ffmpegPath: ffmpeg, ...(signal === undefined ? {} : { signal }) };
  const opened = await openArchive(video, { ...reading, allowTruncated: true, decoders: 1 });
  if (!opened.ok) throw new CommandFailure(describeFailure(opened.failure));
  const { framesOf, info: described } = opened.value;
  await opened.value.close();
  const known = !loaded.ok
    ? undefined
    : 'problems' in loaded.index
      ? memvidChunks(loaded.index.chunks)
      : indexedChunks(loaded.index, { hasPlaces: described.format === 'packed' });
  const comparison = known === undefined ? undefined : compareChunks(known, mismatches);
  const pool = startCodecPool();
  try {
    const verified = await verifyArchive(video, {
      ...reading,
      pool,
      onProgress: ({ done, total }) => onProgress(done, total),
      ...(comparison === undefined ? {} : { onChunk: comparison.see }),
    });
    if (!verified.ok) throw new CommandFailure(describeFailure(verified.failure));
    const { info, frames, readable, chunks, unreadable, missingChunks } = verified.value;
    const archive = info.archiveId ?? '';
    const reason = !loaded.ok
      ? describeIndexFailure(loaded.failure)
      : 'settings' in loaded.index && loaded.index.settings.archive !== archive
        ? describeIndexFailure({
            kind: 'wrong_archive',
            path: index,
            expected: archive,
            found: loaded.index.settings.archive,
          })
        : undefined;
    // Against another video's index every single chunk would differ: one line says it.
    const found = reason === undefined ? [...mismatches, ...(comparison?.rest(framesOf) ?? [])] : [];
    return {
      frames,
      readable,
      chunks,
      mismatches: [
        ...(info.complete ? [] : [{ kind: 'incomplete' } as const]),
        ...unreadable.map(({ frame, failure }) => ({
          kind: 'unreadable_frame' as const,
          frame,
          reason: describeFrameFailure(failure),
        })),
        ...(missingChunks > 0 ? [{ kind: 'missing_chunks' as const, count: missingChunks }] : []),
        ...(reason === undefined ? [] : [{ kind: 'no_index' as const, reason }]),
        ...(memvid?.ok === true
          ? memvidIndexInfo(memvid.index).problems.map((reason) => ({
              kind: 'contradiction' as const,
              reason,
            }))
          : []),
        ...found,
      ],
    };
  } finally {
    await pool.stop();
  }
};

const forPeople = ({ frames, readable, chunks, mismatches }: VerifyReport): string => {
  const lines = [`${readable} of ${counted(frames, 'frame')} readable, ${counted(chunks, 'chunk')}`];
  for (const mismatch of mismatches.slice(0, 20)) lines.push(`  ${printable(describeMismatch(mismatch))}`);
  if (mismatches.length > 20) lines.push(`  … and ${mismatches.length - 20} more (--json lists them all)`);
  if (mismatches.length === 0) lines.push('All is well.');
  return lines.join('\n');
};
