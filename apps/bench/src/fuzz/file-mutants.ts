import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from '../soak/chance.js';
import { mutateBoxes } from './boxes.js';
import type { Corpus, Original } from './corpus.js';
import { document } from './frame-writer.js';
import { hostileFrames } from './hostile.js';
import { damagedIndex, hostileIndex } from './index-mutants.js';
import { makeVideo } from './make-video.js';
import { anything, fitting, type MutantKind } from './mutant-kind.js';
import { mutate } from './mutate.js';
import { changeParityArchive } from './parity-mutants.js';
import type { FuzzReply } from './protocol.js';

/** Every text that came out is one of the original's, under its id. */
const onlyFrom =
  ({ texts }: Original) =>
  (reply: FuzzReply): string | undefined => {
    for (const [id, text] of reply.texts)
      if (texts.get(id) !== text) return `chunk ${id} came out as ${JSON.stringify(text.slice(0, 100))}`;
    return undefined;
  };

const original = (corpus: Corpus, chance: Chance): Original =>
  chance.below(2) === 0 ? corpus.archives.h264 : corpus.archives.lossless;

const written = ({ folder }: Corpus, name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

/** Indexes and videos, and both together. */
export const fileMutants: readonly MutantKind[] = [
  {
    name: 'index changed',
    share: 200,
    make: (corpus, chance) => {
      const { index } = corpus.archives.h264;
      const file = readFileSync(index);
      const { bytes, how } = damagedIndex(file, chance);
      const path = written(corpus, 'mutant.mvx', bytes);
      return {
        request: { type: 'index', path },
        how,
        judge: ({ outcome, said }) =>
          outcome === 'read' && said !== corpus.indexSaid
            ? 'altered, it was loaded with other content'
            : undefined,
      };
    },
  },
  {
    name: 'index hostile',
    share: 150,
    make: (corpus, chance) => {
      const { bytes, how } = hostileIndex(readFileSync(corpus.archives.h264.index), chance);
      return { request: { type: 'index', path: written(corpus, 'mutant.mvx', bytes) }, how, judge: anything };
    },
  },
  {
    name: 'parity',
    share: 15,
    make: async (corpus, chance) => {
      const path = join(corpus.folder, 'mutant.mkv');
      const { payloads, how } = changeParityArchive(corpus.withParity, chance);
      await makeVideo(payloads, path, corpus.ffmpeg);
      return {
        request: { type: 'archive', path, ffmpeg: corpus.ffmpeg },
        how,
        judge: onlyFrom(corpus.withParity.parity),
      };
    },
  },
  {
    name: 'video changed',
    share: 25,
    make: (corpus, chance) => {
      const from = original(corpus, chance);
      const file = readFileSync(from.video);
      const isMp4 = from.video.endsWith('.mp4');
      const { bytes, how } =
        isMp4 && chance.below(2) === 0 ? mutateBoxes(file, chance) : mutate(file, chance);
      const path = written(corpus, isMp4 ? 'mutant.mp4' : 'mutant.mkv', bytes);
      return { request: { type: 'archive', path, ffmpeg: corpus.ffmpeg }, how, judge: onlyFrom(from) };
    },
  },
  {
    name: 'video hostile',
    share: 15,
    make: async (corpus, chance) => {
      const path = join(corpus.folder, 'hostile.mkv');
      const made = Array.from({ length: 1 + chance.below(4) }, (_, frame) => {
        const [how, make] = hostileFrames[
          chance.below(hostileFrames.length)
        ] as (typeof hostileFrames)[number];
        return { how, payload: fitting(make(frame, chance)) };
      });
      const head = document(
        'head',
        0,
        '{"archiveId":"0123456789abcdef","writer":"w","profile":"h264","frameRate":30,"metadata":{}}',
      );
      const payloads = [...(chance.below(2) === 0 ? [head] : []), ...made.map(({ payload }) => payload)];
      await makeVideo(payloads, path, corpus.ffmpeg);
      return {
        request: { type: 'archive', path, ffmpeg: corpus.ffmpeg },
        how: made.map(({ how }) => how).join(', '),
        judge: anything,
      };
    },
  },
  {
    name: 'foreign',
    share: 5,
    make: (corpus, chance) => {
      const path = corpus.foreign[chance.below(corpus.foreign.length)] as string;
      const judge = path.endsWith('no-tail.mkv') ? onlyFrom(corpus.archives.lossless) : notRead;
      return {
        request: { type: 'archive', path, ffmpeg: corpus.ffmpeg },
        how: path.split('/').at(-1) ?? '',
        judge,
      };
    },
  },
  {
    name: 'search',
    share: 5,
    make: (corpus, chance) => {
      const from = original(corpus, chance);
      const file = readFileSync(from.index);
      const makers: readonly [string, () => string][] = [
        ['the index of another archive', () => corpus.archives.other.index],
        ['an index that was changed', () => written(corpus, 'mutant.mvx', damagedIndex(file, chance).bytes)],
        ['a hostile index', () => written(corpus, 'mutant.mvx', hostileIndex(file, chance).bytes)],
        ['a video as its index', () => from.video],
      ];
      const [how, make] = makers[chance.below(makers.length)] as (typeof makers)[number];
      return {
        request: { type: 'search', path: from.video, index: make(), ffmpeg: corpus.ffmpeg },
        how,
        judge: onlyFrom(from),
      };
    },
  },
];

const notRead = ({ outcome }: FuzzReply): string | undefined =>
  outcome === 'read' ? 'a file that is no archive was read as one' : undefined;
