import { integer, section } from './schema.js';

const defaultOverlap = 32;

/** How text is cut: the section `chunking` of a configuration. */
export const chunkingSchema = section({
  chunkSize: integer(16, 1_000_000).default(1024),
  overlap: integer(0, 500_000).optional(),
})
  .superRefine(({ chunkSize, overlap = 0 }, context) => {
    const most = mostOverlap(chunkSize);
    if (overlap > most)
      context.addIssue({
        code: 'custom',
        path: ['overlap'],
        message: `an integer up to half of chunkSize (${most})`,
      });
  })
  // Who asks for small chunks and says nothing of the overlap gets what fits.
  .transform(({ chunkSize, overlap = Math.min(defaultOverlap, mostOverlap(chunkSize)) }) => ({
    chunkSize,
    overlap,
  }));

const mostOverlap = (chunkSize: number): number => Math.floor(chunkSize / 2);
