import type { FilePathSource as Source } from 'mediabunny';
import { FilePathSource } from './containers.js';

/** The same bytes asked for so often in a row are asked for ever: nobody needs them more than a few times. */
const mostTimes = 1000;

type Reading = { _read(start: number, end: number, ...more: unknown[]): unknown };

/**
 * A file for mediabunny. Version 1.61 never ends where it looks for the next element of a damaged Matroska file and
 * there is none: the last eight bytes are asked for again and again, with no turn for anything else. Here that throws.
 */
export const fileSource = (path: string): Source => {
  const source = new FilePathSource(path);
  const reading = source as unknown as Reading;
  const read = reading._read.bind(source);
  let from = -1;
  let to = -1;
  let times = 0;
  reading._read = (start, end, ...more) => {
    times = start === from && end === to ? times + 1 : 0;
    from = start;
    to = end;
    if (times > mostTimes) throw new Error(`bytes ${start} to ${end} of ${path} are asked for without end`);
    return read(start, end, ...more);
  };
  return source;
};
