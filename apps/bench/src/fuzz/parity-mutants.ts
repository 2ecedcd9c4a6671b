// Archives with parity frames of which some are lost, altered, foreign or say what is not so: what is restored from them
// must be right, or refused.
import { join } from 'node:path';
import { describeFailure, inlineRunner, type JobRunner, writeArchive } from '@memvisor/codec';
import type { Chance } from '../soak/chance.js';
import type { Original } from './corpus.js';
import { type FrameFields, writeFrame } from './frame-writer.js';
import { mutate } from './mutate.js';

/** An archive with parity, taken apart. */
export type ParityArchive = Original & {
  /** Payloads of its frames, in order: parity frames last. */
  readonly payloads: readonly Uint8Array[];
  readonly parityFrames: number;
};

/** Writes one and keeps what is drawn. */
export const buildParityArchive = async (
  folder: string,
  name: string,
  texts: readonly string[],
  ffmpegPath: string,
): Promise<ParityArchive> => {
  const payloads: Uint8Array[] = [];
  const listening: JobRunner = {
    ...inlineRunner,
    run: (job, input, options) => {
      if (job === 'drawFrames' || job === 'drawBits')
        payloads.push(
          ...(input as { readonly payloads: readonly Uint8Array[] }).payloads.map((one) => one.slice()),
        );
      return inlineRunner.run(job, input, options);
    },
  };
  const video = join(folder, `${name}.mkv`);
  const chunks = texts.map((text, id) => ({ id, text }));
  const options = { path: video, profile: 'lossless', parity: true, pool: listening, ffmpegPath } as const;
  const written = await writeArchive(chunks, options);
  if (!written.ok) throw new Error(describeFailure(written.failure));
  const frameOf = (payload: Uint8Array) => Buffer.from(payload).readUInt32BE(4);
  return {
    video,
    index: '',
    texts: new Map(texts.entries()),
    payloads: payloads.sort((one, other) => frameOf(one) - frameOf(other)),
    parityFrames: written.value.parityFrames,
  };
};

type Change = readonly [string, (frames: Uint8Array[], archive: ParityArchives, chance: Chance) => void];
export type ParityArchives = { readonly parity: ParityArchive; readonly otherParity: ParityArchive };

/** What stands before a frame's body. */
const headBytes = 26;
/** Whole enough to be changed as one: changes before may have cut it short. */
const isParity = (payload: Uint8Array): boolean =>
  payload.length >= headBytes && ((payload[3] ?? 0) & 0x0f) === 4;
/** A video has at least one. */
const lose = (frames: Uint8Array[], at: number): void => {
  if (frames.length > 1) frames.splice(at, 1);
};
const place = (frames: readonly Uint8Array[], chance: Chance, wanted: (payload: Uint8Array) => boolean) => {
  const places = [...frames.keys()].filter((at) => wanted(frames[at] as Uint8Array));
  return places.length === 0 ? undefined : chance.oneOf(places as [number]);
};

/** A parity frame, sound to its checksum, with other numbers or another body. */
const lie = (payload: Uint8Array, chance: Chance): Uint8Array => {
  const bytes = Buffer.from(payload);
  const extreme = () => chance.oneOf([0, 1, 2, 3, 17, 229, 230, 255, 256, 65_535, 2 ** 31, 2 ** 32 - 1]);
  const fields: FrameFields = {
    kind: 'parity',
    version: 2,
    frame: bytes.readUInt32BE(4),
    firstChunk: bytes.readUInt32BE(8),
    count: bytes.readUInt16BE(12),
    offset: bytes.readUInt32BE(14),
    total: bytes.readUInt32BE(18),
    body: bytes.subarray(headBytes),
  };
  const body = Buffer.from(fields.body);
  const lies: readonly (() => FrameFields)[] = [
    () => ({ ...fields, frame: extreme() }),
    () => ({ ...fields, firstChunk: extreme() }),
    () => ({ ...fields, count: extreme() }),
    () => ({ ...fields, offset: extreme() }),
    () => ({ ...fields, total: extreme() }),
    () => ({ ...fields, total: extreme(), firstChunk: extreme(), count: extreme() }),
    () => ({ ...fields, body: mutate(body, chance).bytes.subarray(0, 2900) }),
    () => ({ ...fields, body: body.subarray(0, chance.below(body.length)) }),
  ];
  return writeFrame(chance.oneOf(lies as [() => FrameFields])());
};

const changes: readonly Change[] = [
  [
    'frames lost',
    (frames, _, chance) => {
      for (let times = 1 + chance.below(4); times > 0; times--) lose(frames, chance.below(frames.length));
    },
  ],
  [
    'parity frames lost',
    (frames, _, chance) => {
      for (let times = 1 + chance.below(3); times > 0; times--) {
        const at = place(frames, chance, isParity);
        if (at !== undefined) lose(frames, at);
      }
    },
  ],
  [
    'a frame altered',
    (frames, _, chance) => {
      const at = chance.below(frames.length);
      const { bytes } = mutate(frames[at] as Uint8Array, chance);
      frames[at] = bytes.length === 0 ? Uint8Array.of(0) : bytes.subarray(0, 2953);
    },
  ],
  [
    'a parity frame that lies',
    (frames, _, chance) => {
      const at = place(frames, chance, isParity);
      if (at !== undefined) frames[at] = lie(frames[at] as Uint8Array, chance);
    },
  ],
  [
    'a parity frame of another archive',
    (frames, { otherParity }, chance) => {
      const at = place(frames, chance, isParity);
      const other = place(otherParity.payloads, chance, isParity);
      if (at === undefined || other === undefined) return;
      frames[at] = otherParity.payloads[other] as Uint8Array;
    },
  ],
  [
    'a frame twice',
    (frames, _, chance) => {
      const at = chance.below(frames.length);
      frames.splice(chance.below(frames.length), 0, frames[at] as Uint8Array);
    },
  ],
];

/** The frames of an archive with parity after a few changes; at least one frame is lost. */
export const changeParityArchive = (
  archives: ParityArchives,
  chance: Chance,
): { readonly payloads: readonly Uint8Array[]; readonly how: string } => {
  const frames = [...archives.parity.payloads];
  const how: string[] = [];
  for (let times = chance.below(4); times >= 0; times--) {
    const [name, change] =
      times === 0 ? (changes[0] as Change) : (changes[chance.below(changes.length)] as Change);
    change(frames, archives, chance);
    how.push(name);
    if (frames.length < 2) break;
  }
  return { payloads: frames, how: how.join(', ') };
};
