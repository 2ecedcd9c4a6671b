import type { ChunkPlace } from './results.js';

/**
 * Where a text stands, in one line for people: of several archives which, source, lines or page, and the headings above it.
 *
 * The parts come from the archive as they are: make control characters visible before a terminal sees them.
 *
 * @example
 * citationOf({ source: 'notes/bees.md', lines: [12, 20], headings: ['Honey', 'Making'] });
 * // => 'notes/bees.md:12-20 › Honey › Making'
 */
export const citationOf = ({
  source,
  lines,
  page,
  headings,
  archive,
}: Pick<ChunkPlace, 'source' | 'lines' | 'page' | 'headings'> & { readonly archive?: string }): string => {
  const name = source === '' ? '(no source)' : source;
  const [first, last] = lines ?? [];
  // Lines of a PDF's text are not on the page that people see.
  const at =
    page !== undefined
      ? `, page ${page}`
      : first === undefined
        ? ''
        : first === last
          ? `:${first}`
          : `:${first}-${last}`;
  return [...(archive === undefined ? [] : [archive]), `${name}${at}`, ...headings].join(' › ');
};
