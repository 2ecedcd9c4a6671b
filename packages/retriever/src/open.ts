import { type ArchiveInfo, openArchive } from '@memvisor/codec';
import type { Embedder } from '@memvisor/embedding';
import type { IndexStats } from '@memvisor/search-index';
import type { AnyPid } from '@memvisor/supervisor';
import type { Opened } from './answer.js';
import type { RetrieverFailure, RetrieverResult } from './failure.js';
import { FrameCache } from './frame-cache.js';
import { type FoundIndex, hasVectorsLikely, openIndex } from './open-index.js';
import type { RetrieverOptions, RetrieverSettings } from './options.js';

/** Opens a video and the index beside it while the embedder opens; all, or none and the reason. */
export const openAll = async (
  settings: RetrieverSettings,
  owner: AnyPid,
  signal: AbortSignal,
): Promise<RetrieverResult<Opened>> => {
  const { video, cacheSize, decoders, ffmpegPath } = settings;
  const busy = withResolver();
  const opening = openArchive(video, { signal, ffmpegPath, owner, decoders, onDecoding: busy.resolve });
  void opening.then(busy.resolve, busy.resolve);
  const indexing = openIndex(settings.index, video, owner);
  const [archive, index, embedder] = await Promise.all([
    opening,
    indexing,
    embedderFor(settings, indexing, busy.promise),
  ]);
  if (archive.ok && index.ok && embedder.ok) {
    const { server, stats, notice } = index.value;
    const archiveId = archive.value.info.archiveId ?? '';
    // memvid's vectors are of another model and not used.
    const model = notice === undefined ? embedder.value?.model.fingerprint : undefined;
    const found = mismatch(settings.index, stats, archiveId, model, nameOfModel(archive.value.info));
    const other = settings.otherModel === 'words' ? otherModelNotice(found) : undefined;
    const failure = other === undefined ? found : undefined;
    if (failure === undefined)
      return {
        ok: true,
        value: {
          settings,
          embedder: embedder.value,
          archive: archive.value,
          index: server,
          stats,
          hasVectors: stats.vectors > 0 && other === undefined,
          notice: notice ?? other,
          cache: new FrameCache(archive.value, cacheSize),
        },
      };
    await Promise.all([server.stop(), archive.value.close()]);
    return { ok: false, failure };
  }
  if (index.ok) await index.value.server.stop();
  if (archive.ok) await archive.value.close();
  if (!archive.ok) return { ok: false, failure: { kind: 'video', failure: archive.failure } };
  return index.ok ? (embedder as RetrieverResult<never>) : index;
};

/** A function that opens an embedder is called when the rest has something to do, and only where it is needed. */
const embedderFor = async (
  { embedder, index }: RetrieverSettings,
  indexing: Promise<FoundIndex>,
  busy: Promise<void>,
): Promise<RetrieverResult<Embedder | undefined>> => {
  if (typeof embedder !== 'function') return openedEmbedder(embedder);
  if (await hasVectorsLikely(index)) await busy;
  else {
    const found = await indexing;
    if (!found.ok || found.value.notice !== undefined || found.value.stats.vectors === 0)
      return { ok: true, value: undefined };
  }
  return openedEmbedder(embedder);
};

/** The embedder, once it is open. */
export const openedEmbedder = async (
  given: RetrieverOptions['embedder'],
): Promise<RetrieverResult<Embedder | undefined>> => {
  const opened = await (typeof given === 'function' ? given() : given);
  if (opened === undefined || !('ok' in opened)) return { ok: true, value: opened };
  return opened.ok
    ? { ok: true, value: opened.embedder }
    : { ok: false, failure: { kind: 'embedding', failure: opened.failure } };
};

/** What to say where a model is not ours and words are to serve; `undefined` where something else is wrong. */
const otherModelNotice = (failure: RetrieverFailure | undefined): string | undefined => {
  if (failure?.kind !== 'index' || failure.failure.kind !== 'wrong_model') return undefined;
  const { expected, found, name } = failure.failure;
  return `This archive's vectors come from the model ${name === undefined ? '' : `${name}, `}${found}, not from ${expected}, so only words were searched.`;
};

/** What the video calls the model of its index. */
const nameOfModel = ({ metadata: { embedding } }: ArchiveInfo): string | undefined =>
  typeof embedding === 'object' && embedding !== null && 'model' in embedding
    ? String(embedding.model).slice(0, 200)
    : undefined;

/** An index without an archive's id belongs to a format that has none; its chunks are checked one by one. */
const mismatch = (
  path: string,
  stats: IndexStats,
  archiveId: string,
  model: string | undefined,
  nameOfFound: string | undefined,
): RetrieverFailure | undefined => {
  if (stats.archive !== '' && stats.archive !== archiveId) {
    const failure = { kind: 'wrong_archive', path, expected: archiveId, found: stats.archive } as const;
    return { kind: 'index', failure };
  }
  if (model !== undefined && model !== stats.model) {
    const name = nameOfFound === undefined ? {} : { name: nameOfFound };
    const failure = { kind: 'wrong_model', path, expected: model, found: stats.model, ...name } as const;
    return { kind: 'index', failure };
  }
  return undefined;
};

const withResolver = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => {};
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
};
