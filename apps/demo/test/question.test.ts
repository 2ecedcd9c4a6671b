import { expect, test } from '@jest/globals';
import type { SearchResult } from '@memvisor/retriever';
import { reportOf } from '../src/commands/question.js';

test('a result whose text can not be read says why in words, too', () => {
  const place = { chunkId: 3, frame: 7, source: 'a.md', start: 0, end: 9, headings: [], metadata: {} };
  const score = { rank: 1, score: 1, dense: null, lexical: 1 };
  const sound = { ...place, ...score, text: 'Bees.' } as const;
  const lost = { ...place, ...score, text: null, unreadable: { kind: 'differs', frame: 7 } } as const;
  const results: readonly SearchResult[] = [sound, lost];
  const options = { k: 5, mode: 'lexical', diversity: 0 } as const;
  const report = reportOf({ results, milliseconds: { total: 1 } }, options, { started: 1, loaded: 2 });
  expect(report.results).toEqual([
    sound,
    {
      ...lost,
      unreadable: { kind: 'differs', frame: 7, reason: expect.stringMatching(/^frame 7 holds another text/) },
    },
  ]);
});
