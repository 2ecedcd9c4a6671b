import { IndexOptionError } from '../failure.js';
import type { IndexEntry } from '../search-index.js';
import { checkVector } from '../vectors/check-vector.js';
import { checkPlace } from './place.js';

/** @throws {IndexOptionError} For the first part of an entry that is wrong. */
export const checkEntry = (entry: IndexEntry, dimensions: number): void => {
  const { id, frame, offset = 0, text, vectors } = entry;
  for (const [name, value] of Object.entries({ id, frame, offset }))
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
      throw new IndexOptionError(name, value, 'a whole number from 0 to 4294967295');
  checkPlace(entry);
  if (typeof text !== 'string') throw new IndexOptionError('text', text, 'the text of the chunk');
  vectors.forEach((vector, at) => {
    checkVector(`vectors.${at}`, vector, dimensions);
  });
};
