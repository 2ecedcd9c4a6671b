// The process that reads hostile files: what kills it, hangs it or makes it throw is found by its parent.
import {
  describeFailure,
  describeFrameFailure,
  inlineRunner,
  recoverArchive,
  verifyArchive,
} from '@memvisor/codec';
import { describeRetrieverFailure, RetrieverSupervisor, search } from '@memvisor/retriever';
import { describeIndexFailure, IndexOptionError, loadIndex } from '@memvisor/search-index';
import { defaultSystem, describeReason, serveParent, silentLogger } from '@memvisor/supervisor';
import { chanceFrom } from '../soak/chance.js';
import { changePicture } from './pictures.js';
import type { FuzzReply, FuzzRequest } from './protocol.js';

defaultSystem.logger = silentLogger;
type Found = Omit<FuzzReply, 'peakMb'>;
const sizePx = 192;

const failed = (kind: string, said: string): Found => ({ outcome: kind, said, texts: [] });

const readFrame = async ({
  payload,
  changeSeed,
}: Extract<FuzzRequest, { type: 'frame' }>): Promise<Found> => {
  const drawn = await inlineRunner.run('drawFrames', {
    payloads: [payload],
    masks: [0],
    errorCorrection: 'L',
    version: undefined,
    sizePx,
  });
  if (changeSeed !== undefined) changePicture(drawn.gray, sizePx, chanceFrom(changeSeed));
  const [read] = await inlineRunner.run('readPictures', {
    width: sizePx,
    height: sizePx,
    count: 1,
    gray: drawn.gray,
  });
  if (read === undefined) return failed('no_symbol', 'nothing');
  if (!read.ok) return failed(read.failure.kind, describeFrameFailure(read.failure));
  const { value } = read;
  if (value.kind !== 'chunks')
    return {
      outcome: 'read',
      said: JSON.stringify(value, (_, part) =>
        ArrayBuffer.isView(part)
          ? Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('hex')
          : part,
      ),
      texts: [],
    };
  return {
    outcome: 'read',
    said: JSON.stringify(value),
    texts: value.chunks.map(({ id, text }) => [id, text]),
  };
};

const readIndex = async (path: string): Promise<Found> => {
  const loaded = await loadIndex(path);
  if (!loaded.ok) return failed(loaded.failure.kind, describeIndexFailure(loaded.failure));
  const { index } = loaded;
  const { settings } = index;
  let found = 0;
  try {
    found += index.search({ text: 'the quick fox', mode: 'lexical', k: 5 }).length;
    const vector = new Float32Array(settings.dimensions).fill(0.5);
    found += index.search({ vector, mode: 'dense', k: 5 }).length;
    found += index.search({ text: 'memory frame', vector, mode: 'hybrid', k: 5 }).length;
  } catch (error) {
    if (!(error instanceof IndexOptionError)) throw error;
  }
  const chunks = [...index.chunks()];
  return {
    outcome: 'read',
    said: JSON.stringify({ settings, chunks, found, stats: index.stats() }),
    texts: [],
  };
};

const readArchive = async ({ path, ffmpeg }: Extract<FuzzRequest, { type: 'archive' }>): Promise<Found> => {
  const texts: [number, string][] = [];
  const options = { ffmpegPath: ffmpeg, pool: inlineRunner };
  const recovered = await recoverArchive(path, {
    ...options,
    onChunk: ({ chunk }) => void texts.push([chunk.id, chunk.text]),
  });
  const verified = await verifyArchive(path, { ...options, decoders: 0 });
  if (!recovered.ok) return failed(recovered.failure.kind, describeFailure(recovered.failure));
  const said = JSON.stringify([recovered.value, verified]);
  if (!verified.ok) return { outcome: verified.failure.kind, said: describeFailure(verified.failure), texts };
  return { outcome: 'read', said, texts };
};

const supervisor = RetrieverSupervisor.startLink();

const searchArchive = async ({
  path,
  index,
  ffmpeg,
}: Extract<FuzzRequest, { type: 'search' }>): Promise<Found> => {
  const started = await supervisor;
  if (!started.ok) throw new Error('the retrievers did not start');
  const retriever = await RetrieverSupervisor.startRetriever(started.pid, {
    video: path,
    index,
    ffmpegPath: ffmpeg,
  });
  if (!retriever.ok || retriever.pid === undefined) {
    const { detail } = ('reason' in retriever ? retriever.reason : null) as {
      detail?: { kind?: string; message?: string };
    };
    if (detail?.kind !== 'retriever_not_opened')
      throw new Error(
        `not opened: ${'reason' in retriever ? describeReason(retriever.reason) : 'no reason'}`,
      );
    return failed('not_opened', detail.message ?? '');
  }
  try {
    const answer = await search(retriever.pid, 'memory archive process', { k: 5, mode: 'lexical' });
    if (!answer.ok) return failed(answer.failure.kind, describeRetrieverFailure(answer.failure));
    return {
      outcome: 'read',
      said: JSON.stringify(answer.value.results),
      texts: answer.value.results.flatMap(({ chunkId, text }): [number, string][] =>
        text === null ? [] : [[chunkId, text]],
      ),
    };
  } finally {
    await RetrieverSupervisor.stopAllRetrievers(started.pid);
  }
};

const answer = (request: FuzzRequest): Promise<Found> => {
  switch (request.type) {
    case 'frame':
      return readFrame(request);
    case 'index':
      return readIndex(request.path);
    case 'archive':
      return readArchive(request);
    case 'search':
      return searchArchive(request);
  }
};

serveParent(async (request: FuzzRequest): Promise<FuzzReply> => {
  const found = await answer(request);
  return { ...found, said: found.said.slice(0, 200_000), peakMb: process.resourceUsage().maxRSS / 1024 };
});
