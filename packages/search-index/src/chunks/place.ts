import { IndexOptionError } from '../failure.js';
import type { ChunkPlace } from './chunk.js';

/** Only what is known, and nothing of what else the object holds. */
export const placeOf = ({ lines, headings, page }: ChunkPlace): ChunkPlace => ({
  ...(lines === undefined ? {} : { lines }),
  ...(headings === undefined || headings.length === 0 ? {} : { headings }),
  ...(page === undefined ? {} : { page }),
});

/** @throws {IndexOptionError} For a line or page that can not be. */
export const checkPlace = ({ lines, page = 1 }: ChunkPlace): void => {
  const isNumber = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 0xffff_ffff;
  if (!isNumber(page)) throw new IndexOptionError('page', page, 'a whole number from 1 to 4294967295');
  const [first, last] = lines ?? [1, 1];
  if (!isNumber(first) || !isNumber(last) || last < first)
    throw new IndexOptionError('lines', lines, 'the first and the last line, from 1');
};
