import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeEmbeddingFailure, type Embedder, openLocalEmbedder } from '@memvisor/embedding';
import { hashEmbedder } from '@memvisor/embedding/testing';
import {
  type BuildStats,
  buildVideo,
  checkConfig,
  describeEncoderFailure,
  Encoder,
  encoder,
} from '@memvisor/encoder';
import { start, stopServer } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import { makeTexts } from './text.js';

/** What is searched. */
export interface ColdArchive {
  readonly video: string;
  readonly built: BuildStats;
  /** Words that stand in the archive. */
  readonly question: string;
}

const chunkLength = 1000;

/**
 * Encodes made-up texts, one chunk each. Their vectors are hashes of their words under the default model's name: the
 * model would take minutes, and how long a search takes does not depend on what the numbers are.
 */
export const makeArchive = async (
  folder: string,
  chunks: number,
  say?: (text: string) => void,
): Promise<ColdArchive> => {
  say?.(`making an archive of ${chunks} chunks …`);
  await mkdir(folder, { recursive: true });
  const opened = await openLocalEmbedder();
  if (!opened.ok) throw new BenchError(describeEmbeddingFailure(opened.failure));
  const { model, dimensions } = opened.embedder;
  await opened.embedder.close();
  const module: Embedder = { ...hashEmbedder({ dimensions }), model };
  const config = checkConfig({ embedding: { module } });
  const started = await start(encoder, { indexName: 'cold', config, buildWith: buildVideo });
  if (!started.ok) throw new BenchError('the encoder did not start');
  const texts = makeTexts(chunks, chunkLength);
  for (const [at, text] of texts.entries()) {
    const added = await Encoder.addText(started.pid, text, { source: `text-${Math.floor(at / 100)}.txt` });
    if (!added.ok) throw new BenchError(describeEncoderFailure(added.failure));
  }
  const video = join(folder, `cold-${chunks}.mp4`);
  const built = await Encoder.buildVideo(started.pid, video);
  await stopServer(started.pid);
  if (!built.ok) throw new BenchError(describeEncoderFailure(built.failure));
  const question = (texts[Math.floor(chunks / 2)] ?? '').split(' ').slice(3, 10).join(' ');
  const archive = { video, built: built.value, question };
  await writeFile(join(folder, noteName(chunks)), JSON.stringify(archive));
  return archive;
};

/** What an earlier run has left in a folder, if it has as many chunks. */
export const keptArchive = async (folder: string, chunks: number): Promise<ColdArchive | undefined> => {
  const note = await readFile(join(folder, noteName(chunks)), 'utf8').catch(() => undefined);
  return note === undefined ? undefined : JSON.parse(note);
};

const noteName = (chunks: number): string => `cold-${chunks}.json`;
