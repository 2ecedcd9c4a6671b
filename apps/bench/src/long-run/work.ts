// What the long run does over and over: something is built, searched, killed, restarted, stopped.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Embedder } from '@memvisor/embedding';
import { describeEncoderFailure, Encoder, type EncoderProtocol, EncoderSupervisor } from '@memvisor/encoder';
import { type RetrieverProtocol, RetrieverSupervisor, search } from '@memvisor/retriever';
import { exit, exited, type Pid, processName, whereis } from '@memvisor/supervisor';
import { writeText } from '../faults/text.js';
import { Violation, within } from '../faults/violation.js';
import { type Chance, chanceFrom } from '../soak/chance.js';
import { encoders, retrievers, running } from './tree.js';

/** What a run has done. */
export type Counts = { built: number; killed: number; restarted: number; searches: number; stopped: number };

export type Workshop = {
  readonly folder: string;
  readonly ffmpeg: string;
  readonly embedder: Embedder;
  readonly chance: Chance;
  readonly counts: Counts;
};

let next = 0;
/** Texts there are: the embedder remembers some thousand words, and shall have seen them all after a few builds. */
const differentTexts = 4;

const startEncoder = async ({ embedder, ffmpeg }: Workshop) => {
  const number = next++;
  const name = processName<EncoderProtocol>(`long-run-encoder-${number}`);
  const started = await EncoderSupervisor.startEncoder(encoders, {
    indexName: `memory ${number}`,
    name,
    restart: 'permanent',
    config: { ffmpegPath: ffmpeg, embedding: { module: embedder } },
  });
  if (!started.ok || started.pid === undefined) throw new Violation('an encoder did not start');
  running.register({ self: started.pid as Pid }, number, 'encoder');
  await Encoder.addText(started.pid, writeText(chanceFrom(1 + (number % differentTexts)), 800), {
    source: 'text.txt',
  });
  return { pid: started.pid, name };
};

/** Builds one archive, asks it questions, and lets it go. */
const buildAndSearch = async (shop: Workshop): Promise<void> => {
  const { pid } = await startEncoder(shop);
  const video = join(shop.folder, `${next}.mp4`);
  const built = await within(60_000, 'a build', Encoder.buildVideo(pid, video));
  if (!built.ok) throw new Violation(`a build failed: ${describeEncoderFailure(built.failure)}`);
  shop.counts.built++;
  await EncoderSupervisor.stopEncoder(encoders, pid);
  const name = processName<RetrieverProtocol>(`long-run-retriever-${next}`);
  const started = await RetrieverSupervisor.startRetriever(retrievers, {
    video,
    embedder: shop.embedder,
    ffmpegPath: shop.ffmpeg,
    name,
  });
  if (!started.ok || started.pid === undefined) throw new Violation('a retriever did not start');
  const retriever = started.pid;
  await ask(shop, retriever);
  if (shop.chance.below(2) === 0) {
    exit(retriever, 'kill');
    await exited(retriever);
    shop.counts.killed++;
    const successor = await reborn(() => whereis(name), retriever);
    shop.counts.restarted++;
    await ask(shop, successor);
  }
  shop.counts.stopped += await RetrieverSupervisor.stopAllRetrievers(retrievers);
  for (const path of [video, built.value.indexPath]) rmSync(path);
};

const ask = async (shop: Workshop, retriever: Parameters<typeof search>[0]): Promise<void> => {
  for (let times = 0; times < 3; times++) {
    const answer = await within(60_000, 'a search', search(retriever, 'ba ne ko ri tu sha', { k: 3 }));
    if (!answer.ok) throw new Violation(`a search failed: ${answer.failure.kind}`);
    if (answer.value.results.some(({ text }) => text === null)) throw new Violation('a result has no text');
    shop.counts.searches++;
  }
};

/** Kills an encoder in the middle of its build; its supervisor starts it again. */
const killBuilding = async (shop: Workshop): Promise<void> => {
  const { pid, name } = await startEncoder(shop);
  const building = Encoder.buildVideo(pid, join(shop.folder, 'killed.mp4')).catch(() => undefined);
  await setTimeout(shop.chance.below(300));
  exit(pid, shop.chance.below(2) === 0 ? 'kill' : 'boom');
  await within(30_000, 'the end of an encoder', exited(pid));
  await building;
  shop.counts.killed++;
  const successor = await reborn(() => whereis(name), pid);
  shop.counts.restarted++;
  await EncoderSupervisor.stopEncoder(encoders, successor);
  shop.counts.stopped++;
  for (const name of ['killed.mp4', 'killed.mvx']) rmSync(join(shop.folder, name), { force: true });
};

const reborn = async <P>(find: () => Pid<P> | undefined, before: Pid<P>): Promise<Pid<P>> => {
  for (let waited = 0; waited < 30_000; waited += 5) {
    const found = find();
    if (found !== undefined && found !== before) return found;
    await setTimeout(5);
  }
  throw new Violation('nobody was restarted');
};

/** Kills the supervisor of the encoders; the root brings it back, empty. */
const killSupervisor = async (shop: Workshop): Promise<void> => {
  await startEncoder(shop);
  const before = whereis(encoders);
  if (before === undefined) throw new Violation('the supervisor of the encoders is not there');
  exit(before, 'kill');
  await within(30_000, 'the end of a supervisor', exited(before));
  shop.counts.killed++;
  const successor = await reborn(() => whereis(encoders), before);
  shop.counts.restarted++;
  if ((await EncoderSupervisor.countEncoders(successor)).active !== 0)
    throw new Violation('a supervisor came back with children');
};

/** One piece of work. */
export const work = (shop: Workshop): Promise<void> => {
  const drawn = shop.chance.below(12);
  if (drawn === 0) return killSupervisor(shop);
  return drawn < 5 ? killBuilding(shop) : buildAndSearch(shop);
};
