import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFfmpeg, inlineRunner } from '@memvisor/codec';
import { testText } from '@memvisor/codec/testing';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { describeEncoderFailure, Encoder, EncoderSupervisor } from '@memvisor/encoder';
import { DynamicSupervisor } from '@memvisor/supervisor';
import { document, records, squeeze, writeFrame } from './frame-writer.js';
import { nasty } from './hostile.js';
import { makeForeign } from './make-video.js';
import { buildParityArchive, type ParityArchives } from './parity-mutants.js';

/** An archive as it was built. */
export type Original = {
  readonly video: string;
  readonly index: string;
  readonly texts: ReadonlyMap<number, string>;
};

/** What is mutated. */
export type Corpus = {
  readonly folder: string;
  readonly ffmpeg: string;
  /** By their names: `h264`, `lossless`, `other`, `nasty`. */
  readonly archives: Readonly<Record<'h264' | 'lossless' | 'other' | 'nasty', Original>>;
  /** Archives with parity, frame by frame. */
  readonly withParity: ParityArchives;
  /** Sound payloads of frames; all have a checksum. */
  readonly payloads: readonly Uint8Array[];
  /** Files that are no archives at all. */
  readonly foreign: readonly string[];
  /** What the index of `h264` says, once it is known. */
  indexSaid: string;
};

const chunkTexts = (seed: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => testText(seed + at, 60));

export const buildCorpus = async (folder: string): Promise<Corpus> => {
  const found = await findFfmpeg({ path: join(folder, 'm.mp4') });
  if (!found.ok) throw new Error('there is no ffmpeg');
  const ffmpeg = found.value.program;
  const supervisor = await EncoderSupervisor.startLink();
  if (!supervisor.ok) throw new Error('not started');
  const build = async (
    name: string,
    extension: string,
    codec: string,
    sources: readonly [string, string][],
  ) => {
    const encoder = await EncoderSupervisor.startEncoder(supervisor.pid, {
      indexName: name === 'nasty' ? (nasty[0] as string) : name,
      config: { codec, ffmpegPath: ffmpeg, embedding: { module: hashEmbedder({ dimensions: 16 }) } },
    });
    if (!encoder.ok || encoder.pid === undefined) throw new Error('not started');
    const chunks = sources.map(([source, text]) => ({ text, source, metadata: { tag: source } }));
    await Encoder.addChunks(encoder.pid, chunks);
    const video = join(folder, `${name}.${extension}`);
    const built = await Encoder.buildVideo(encoder.pid, video);
    if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
    return {
      video,
      index: built.value.indexPath,
      texts: new Map(sources.map(([, text], id) => [id, text])),
    };
  };
  const plain = (seed: number, count: number) =>
    chunkTexts(seed, count).map((text, at): [string, string] => [`source-${at % 3}.txt`, text]);
  const archives = {
    h264: await build('h264', 'mp4', 'h264', plain(1, 60)),
    lossless: await build('lossless', 'mkv', 'lossless', plain(100, 40)),
    other: await build('other', 'mp4', 'h264', plain(200, 10)),
    nasty: await build(
      'nasty',
      'mkv',
      'lossless',
      nasty
        .filter((text) => text !== '\ud800')
        .map((text): [string, string] => [text.slice(0, 500), `memory ${text}`]),
    ),
  };
  await DynamicSupervisor.stop(supervisor.pid);
  return {
    folder,
    ffmpeg,
    archives,
    withParity: {
      parity: await buildParityArchive(folder, 'parity', chunkTexts(500, 200), ffmpeg),
      otherParity: await buildParityArchive(folder, 'other-parity', chunkTexts(600, 200), ffmpeg),
    },
    payloads: await soundPayloads(),
    foreign: await foreignFiles(folder, ffmpeg),
    indexSaid: '',
  };
};

const soundPayloads = async (): Promise<readonly Uint8Array[]> => {
  const texts = chunkTexts(300, 6).map((text) => ({ text, meta: '{"source":"a.txt","offset":10}' }));
  const long = await inlineRunner.run('writeJson', {
    chunks: chunkTexts(400, 3).map((text, id) => ({ id, text })),
    firstFrame: 0,
  });
  return [
    writeFrame({ kind: 'chunks', frame: 3, firstChunk: 7, count: 2, body: records(texts.slice(0, 2)) }),
    writeFrame({
      kind: 'chunks',
      frame: 4,
      firstChunk: 9,
      count: 6,
      compression: 'brotli',
      body: squeeze(records(texts)),
    }),
    writeFrame({ kind: 'piece', frame: 5, firstChunk: 15, body: Buffer.from(testText(5, 200)), total: 9000 }),
    document(
      'head',
      0,
      '{"archiveId":"0123456789abcdef","writer":"w","profile":"h264","frameRate":30,"metadata":{}}',
    ),
    ...long,
  ];
};

const foreignFiles = async (folder: string, ffmpeg: string): Promise<readonly string[]> => {
  const path = (name: string) => join(folder, name);
  await makeForeign(path('foreign.mp4'), ffmpeg);
  const files: Readonly<Record<string, string>> = {
    'empty.mp4': '',
    'text.mp4': 'Just a text.\n'.repeat(100),
    'playlist.mp4': `#EXTM3U\n#EXTINF:1,\n/etc/passwd\n#EXTINF:1,\nhttp://127.0.0.1:1/x.ts\n`,
    'concat.mkv': "ffconcat version 1.0\nfile '/etc/passwd'\n",
    'sdp.mp4': 'v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n',
    'svg.mp4': '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text);
  symlinkSync('/etc/passwd', path('link.mp4'));
  writeFileSync(path('no-tail.mkv'), readFileSync(path('lossless.mkv')).subarray(0, 20_000));
  return [...Object.keys(files), 'foreign.mp4', 'link.mp4', 'no-tail.mkv'].map(path);
};
