import type { SourceModel } from './source.js';

/** Pieces whose text may never match: the reserved ones, and two that a later equal piece overrides. */
const unmatchable = new Set([0, 1, 2, 3, 4, 5, 230, 238]);

/**
 * The vocabulary in the `tokenizers` format, as close to the source's behaviour as the format allows. Other
 * programs can load it; this package reads the pieces from it and runs its own exact tokenizer.
 */
export const tokenizerJson = (vocabulary: SourceModel['vocabulary']): string =>
  `${JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFKC' },
        { type: 'Prepend', prepend: '\u2581' },
        { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: {
      type: 'Unigram',
      unk_id: 0,
      // A plain space never reaches the pieces, so a text with one in it matches nothing. A score that the
      // source lost (null) counts as 0 there.
      vocab: vocabulary.map(([piece, score], id) =>
        unmatchable.has(id) ? [`reserved ${id}`, 0] : [piece, score ?? 0],
      ),
    },
  })}\n`;
