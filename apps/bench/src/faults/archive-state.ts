// What an output folder holds, and what an archive says.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeFailure, inlineRunner, verifyArchive } from '@memvisor/codec';
import { describeIndexFailure, loadIndex } from '@memvisor/search-index';
import { mustHold, Violation } from './violation.js';

const digest = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Digests of the two files of an archive; `undefined` for one that is not there. */
export type ArchiveFiles = { readonly video: string | undefined; readonly index: string | undefined };

export const archiveFiles = (folder: string): ArchiveFiles => {
  const of = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? digest(readFileSync(path)) : undefined;
  };
  return { video: of('m.mp4'), index: of('m.mvx') };
};

/** Everything in a folder that is not the archive, hidden files included. */
export const strangersIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name !== 'm.mp4' && name !== 'm.mvx')
        .sort()
    : [];

/** Reads every frame and the index; a digest of all texts, in order. */
export const verifyTexts = async (folder: string, ffmpegPath?: string): Promise<string> => {
  const texts: [number, string][] = [];
  const verified = await verifyArchive(join(folder, 'm.mp4'), {
    ffmpegPath,
    decoders: 0,
    // Few frames: threads would take longer to start.
    pool: inlineRunner,
    onChunk: ({ id, text }) => void texts.push([id, text]),
  });
  if (!verified.ok) throw new Violation(`the archive does not verify: ${describeFailure(verified.failure)}`);
  const { info, unreadable, missingChunks } = verified.value;
  mustHold(info.complete && unreadable.length === 0 && missingChunks === 0, 'the archive is not whole');
  const loaded = await loadIndex(join(folder, 'm.mvx'), { archive: info.archiveId ?? '' });
  if (!loaded.ok) throw new Violation(`the index does not load: ${describeIndexFailure(loaded.failure)}`);
  for (const [id, text] of texts)
    mustHold(loaded.index.chunk(id)?.length === text.length, `the index does not know chunk ${id} as it is`);
  mustHold(loaded.index.size === texts.length, 'the index has other chunks than the video');
  return digest(JSON.stringify(texts));
};
