import { integer, section } from './schema.js';

/** How text is cut: the section `chunking` of a configuration. */
export const chunkingSchema = section({
  chunkSize: integer(16, 1_000_000).default(1024),
  overlap: integer(0, 500_000).default(32),
}).superRefine(({ chunkSize, overlap }, context) => {
  const most = Math.floor(chunkSize / 2);
  if (overlap > most)
    context.addIssue({
      code: 'custom',
      path: ['overlap'],
      message: `an integer up to half of chunkSize (${most})`,
    });
});
