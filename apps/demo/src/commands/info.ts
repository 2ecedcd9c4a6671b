import { stat } from 'node:fs/promises';
import { type ArchiveInfo, describeFailure, openArchive } from '@memvisor/codec';
import { indexPathOf } from '@memvisor/retriever';
import { describeIndexFailure, type IndexStats, loadIndex } from '@memvisor/search-index';
import { CommandFailure } from '../failure.js';
import { bytes, print, printable } from '../terminal.js';
import type { ArchiveOptions } from './shared-options.js';

/** What `--json` prints. */
export interface InfoReport {
  readonly video: ArchiveInfo;
  readonly index:
    | ({ readonly path: string; readonly bytes: number } & IndexStats)
    | { readonly path: string; readonly problem: string };
}

/** `memvisor info`: what an archive is, from its own frames and its index. */
export const infoCommand = async (
  video: string,
  { index = indexPathOf(video), json, ffmpeg }: ArchiveOptions,
): Promise<void> => {
  const [opened, loaded] = await Promise.all([openArchive(video, { ffmpegPath: ffmpeg }), loadIndex(index)]);
  if (!opened.ok) throw new CommandFailure(describeFailure(opened.failure));
  await opened.value.close();
  const report: InfoReport = {
    video: opened.value.info,
    index: loaded.ok
      ? { path: index, bytes: (await stat(index)).size, ...loaded.index.stats() }
      : { path: index, problem: describeIndexFailure(loaded.failure) },
  };
  await print(json === true ? JSON.stringify(report) : forPeople(report));
};

const forPeople = ({ video, index }: InfoReport): string => {
  const row = (name: string, value: string): string => `${name.padEnd(10)} ${value}`;
  const { format, profile, frames, chunks, textBytes, widthPx, heightPx, frameRate, videoBytes } = video;
  const ratio =
    textBytes === undefined || textBytes === 0 ? '' : `, ${(videoBytes / textBytes).toFixed(2)} × the text`;
  return [
    row('video', `${printable(video.path)} (${bytes(videoBytes)}${ratio})`),
    row(
      'format',
      `${format}${profile === undefined ? '' : `, profile ${profile}`}${video.complete ? '' : ', cut off'}`,
    ),
    row('frames', `${frames} of ${widthPx} × ${heightPx} px at ${frameRate} a second`),
    row('chunks', `${chunks ?? 'unknown'}${textBytes === undefined ? '' : `, ${bytes(textBytes)} of text`}`),
    'problem' in index
      ? row('index', printable(index.problem))
      : row(
          'index',
          `${printable(index.path)} (${bytes(index.bytes)}): ${index.chunks} chunks, ${index.vectors} vectors of ${index.dimensions}, ${index.terms} terms, ${index.sources.length} sources`,
        ),
  ].join('\n');
};
