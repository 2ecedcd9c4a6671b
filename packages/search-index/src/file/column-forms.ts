/*
 * How the columns of an index file are kept, in its order. Apart from what reads them: the program that writes an index needs
 * nothing of that.
 */

/** Columns whose values mostly grow by little are kept as steps. */
export const chunkColumns = [
  ['ids', 'steps'],
  ['frames', 'steps'],
  ['sources', 'steps'],
  ['offsets', 'steps'],
  ['lengths', 'values'],
  ['metadata', 'values'],
] as const;

/** Pages and lines mostly grow by little. */
export const placeForms = {
  firstLines: 'steps',
  moreLines: 'values',
  pages: 'steps',
  headings: 'values',
} as const;
