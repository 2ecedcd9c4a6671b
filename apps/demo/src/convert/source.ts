import {
  type ArchiveInfo,
  type CodecPool,
  describeFailure,
  describeFrameFailure,
  type JsonObject,
  recoverArchive,
} from '@memvisor/codec';
import {
  describeIndexFailure,
  findMemvidIndex,
  type MemvidIndex,
  readMemvidIndex,
} from '@memvisor/search-index';
import { CommandFailure } from '../failure.js';
import type { Progress } from '../progress.js';

/** A chunk to be converted. */
export interface SourceChunk {
  readonly id: number;
  readonly text: string;
  readonly meta?: JsonObject;
}

/** All that an archive holds, read from its video. */
export interface Source {
  readonly info: ArchiveInfo;
  /** By id, ascending. */
  readonly chunks: readonly SourceChunk[];
  /** memvid v1's index beside the video, if there is one. */
  readonly memvid: MemvidIndex | undefined;
  /** How many texts come from memvid's index, because their frames can't be read. */
  readonly textsFromIndex: number;
}

export interface SourceOptions {
  readonly index: string | undefined;
  readonly ffmpeg: string | undefined;
  /** Whether memvid's index may give the texts of frames that can't be read. */
  readonly textsFromIndex: boolean;
  readonly pool: CodecPool;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Reads every frame. A chunk that is lost ends the command, unless its text may come from memvid's index. */
export const readSource = async (video: string, options: SourceOptions): Promise<Source> => {
  const { ffmpeg, pool, signal, progress } = options;
  const read = new Map<number, SourceChunk>();
  const recovered = await recoverArchive(video, {
    pool,
    signal,
    ffmpegPath: ffmpeg,
    onChunk: ({ chunk }) => void read.set(chunk.id, chunk),
    onProgress: ({ done, total }) => progress.report('read', done, total),
  });
  if (!recovered.ok) throw new CommandFailure(describeFailure(recovered.failure));
  const { info, unreadable, missingChunks = 0, stoppedBy } = recovered.value;
  const memvid = info.format === 'json' ? await findIndex(video, options.index) : undefined;
  const indexed = memvid?.chunks.filter(({ id }) => !read.has(id)) ?? [];
  const lost = Math.max(missingChunks, indexed.length, unreadable.length > 0 ? 1 : 0);
  let textsFromIndex = 0;
  if (lost > 0 || stoppedBy !== undefined || !info.complete) {
    if (!options.textsFromIndex || indexed.length < unreadable.length)
      throw new CommandFailure(
        [
          `${video}: not everything in it can be read, and nothing was written.`,
          ...unreadable
            .slice(0, 5)
            .map(({ frame, failure }) => `  frame ${frame}: ${describeFrameFailure(failure)}`),
          ...(unreadable.length > 5 ? [`  … and ${unreadable.length - 5} frames more`] : []),
          ...(indexed.length > 0
            ? [
                `Its index has the texts of the ${indexed.length} chunks that are lost: --texts-from-index takes them from there.`,
              ]
            : []),
        ].join('\n'),
      );
    for (const { id, text } of indexed) read.set(id, { id, text });
    textsFromIndex = indexed.length;
  }
  const chunks = [...read.values()].sort((one, other) => one.id - other.id);
  return { info, chunks, memvid, textsFromIndex };
};

const findIndex = async (video: string, given: string | undefined): Promise<MemvidIndex | undefined> => {
  const path = given ?? (await findMemvidIndex(video));
  if (path === undefined) return undefined;
  const read = await readMemvidIndex(path);
  if (read.ok) return read.index;
  // Beside the video there may lie any other JSON file.
  if (given === undefined) return undefined;
  throw new CommandFailure(describeIndexFailure(read.failure));
};
