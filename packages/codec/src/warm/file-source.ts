import { type FileHandle, open } from 'node:fs/promises';
import type { CustomSource as Source } from 'mediabunny';
import { CustomSource } from './containers.js';

/** Tables are read a few bytes at a time: so many are fetched with the first of them. */
const aheadBytes = 32 * 1024;
/** What is longer is a picture or a whole table, and is read alone: pictures are wanted from anywhere, not in a row. */
const longestHeader = 2048;
/** The same bytes asked for so often in a row are asked for ever: nobody needs them more than a few times. */
const mostTimes = 1000;

/**
 * A file for mediabunny, whose own way to read one fetches 200 KB around each picture and keeps 8 MB of them: garbage that
 * V8 collects, all memory looked through, at every tenth search.
 *
 * Version 1.61 never ends where it looks for the next element of a damaged Matroska file and there is none: the last
 * eight bytes are asked for again and again, with no turn for anything else. Here that throws.
 */
export const fileSource = (path: string): Source => {
  let opening: Promise<FileHandle> | undefined;
  const sizeOf = async (): Promise<number> => {
    opening = open(path);
    return (await (await opening).stat()).size;
  };
  const bytesAt = async (start: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length);
    const read = await (await opening)?.read(bytes, 0, length, start);
    return bytes.subarray(0, read?.bytesRead ?? 0);
  };

  let ahead: { readonly start: number; readonly bytes: Uint8Array } = { start: 0, bytes: new Uint8Array(0) };
  const held = (start: number, end: number): Uint8Array | undefined =>
    start >= ahead.start && end <= ahead.start + ahead.bytes.length
      ? ahead.bytes.subarray(start - ahead.start, end - ahead.start)
      : undefined;
  const fetched = async (start: number, end: number): Promise<Uint8Array> => {
    if (end - start > longestHeader) return bytesAt(start, end - start);
    ahead = { start, bytes: await bytesAt(start, aheadBytes) };
    return held(start, end) ?? bytesAt(start, end - start);
  };

  let from = -1;
  let to = -1;
  let times = 0;
  return new CustomSource({
    getSize: sizeOf,
    read: (start, end) => {
      times = start === from && end === to ? times + 1 : 0;
      from = start;
      to = end;
      if (times > mostTimes) throw new Error(`bytes ${start} to ${end} of ${path} are asked for without end`);
      return held(start, end) ?? fetched(start, end);
    },
    dispose: () => void opening?.then((file) => file.close()).catch(() => {}),
    maxCacheSize: 0,
    // Of a read that nobody waits for any more.
    handleUnhandledError: () => {},
  });
};
