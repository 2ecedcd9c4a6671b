import { type ArchiveInfo, describeFailure, openArchive } from '@memvisor/codec';
import { type SizeRatios, type SizeReport, sizeRatios, textSizesOf } from '@memvisor/encoder';
import { indexPathOf } from '@memvisor/retriever';
import { describeIndexFailure, type IndexStats, indexSizes, loadIndex } from '@memvisor/search-index';
import { CommandFailure } from '../failure.js';
import { type MemvidIndexInfo, memvidIndexInfo, memvidIndexOf } from '../memvid-index.js';
import { sizeTable } from '../sizes.js';
import { bytes, counted, print, printable, printableJson } from '../terminal.js';
import type { ArchiveOptions } from './shared-options.js';

/** What `--json` prints. */
export interface InfoReport {
  readonly video: ArchiveInfo;
  readonly index:
    | ({ readonly path: string; readonly bytes: number } & IndexStats)
    | MemvidIndexInfo
    | { readonly path: string; readonly problem: string };
  /** As after the build; `null` for archives that do not say what their text takes (`json`, and those cut off). */
  readonly sizes: SizeReport | null;
  readonly ratios: SizeRatios | null;
}

/** `memvisor info`: what an archive is, from its own frames and its index. */
export const infoCommand = async (
  video: string,
  { index: given, json, ffmpeg }: ArchiveOptions,
): Promise<void> => {
  const index = given ?? indexPathOf(video);
  const [opened, memvid, loaded, measured] = await Promise.all([
    openArchive(video, { ffmpegPath: ffmpeg, decoders: 1 }),
    memvidIndexOf(video, given),
    loadIndex(index),
    indexSizes(index),
  ]);
  if (!opened.ok) throw new CommandFailure(describeFailure(opened.failure));
  await opened.value.close();
  const { info } = opened.value;
  const text = textSizesOf(info.metadata);
  const sizes: SizeReport | null =
    text === undefined
      ? null
      : {
          text,
          videoBytes: info.videoBytes,
          index: measured.ok ? { bytes: measured.bytes, parts: measured.parts } : undefined,
        };
  const report: InfoReport = {
    video: info,
    index: memvid?.ok
      ? memvidIndexInfo(memvid.index)
      : !loaded.ok
        ? { path: index, problem: describeIndexFailure(loaded.failure) }
        : { path: index, bytes: measured.ok ? measured.bytes : 0, ...loaded.index.stats() },
    sizes,
    ratios: sizes === null ? null : sizeRatios(sizes),
  };
  await print(json === true ? printableJson(report) : forPeople(report));
};

const forPeople = ({ video, index, sizes }: InfoReport): string => {
  const row = (name: string, value: string): string => `${name.padEnd(10)} ${value}`;
  const { format, profile, frames, chunks, textBytes, widthPx, heightPx, frameRate, videoBytes } = video;
  return [
    row('video', `${printable(video.path)} (${bytes(videoBytes)})`),
    row(
      'format',
      `${format}${profile === undefined ? '' : `, profile ${profile}`}${video.complete ? '' : ', cut off'}`,
    ),
    row('frames', `${frames} of ${widthPx} × ${heightPx} px at ${frameRate} a second`),
    row(
      'chunks',
      `${chunks ?? 'unknown'}${textBytes === undefined ? '' : `, ${bytes(textBytes)} of text with what neighbours share`}`,
    ),
    'problem' in index
      ? row('index', printable(index.problem))
      : 'kind' in index
        ? [memvidRow(index), ...index.problems]
            .map((line, at) => row(at === 0 ? 'index' : '', printable(line)))
            .join('\n')
        : row(
            'index',
            `${printable(index.path)} (${bytes(index.bytes)}): ${counted(index.chunks, 'chunk')}, ${counted(index.vectors, 'vector')} of ${index.dimensions}, ${counted(index.terms, 'term')}, ${counted(index.sources.length, 'source')}`,
          ),
    ...(sizes === null ? [] : ['', sizeTable(sizes)]),
  ].join('\n');
};

const memvidRow = ({ path, chunks, model, vectors }: MemvidIndexInfo): string =>
  `${path}, memvid v1's: ${counted(chunks, 'chunk')}, ${
    vectors === null ? 'no vectors' : `${counted(vectors.count, 'vector')} of ${vectors.dimensions}`
  }${model === null ? '' : ` from ${model}`}`;
