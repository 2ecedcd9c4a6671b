import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { HeadingTracker } from '../../src/chunking/headings.js';
import { enter, type Heading } from '../../src/chunking/marks.js';
import { chunkStream, chunkText, type TextPiece } from '../../src/index.js';

const pathAfter = (text: string): readonly string[] => {
  const tracker = new HeadingTracker();
  tracker.feed(`${text}\n`);
  return tracker.above('');
};

type Nodes = ReturnType<typeof fromMarkdown> | ReturnType<typeof fromMarkdown>['children'][number];

/** What a CommonMark parser says. */
const pathByParser = (text: string): readonly string[] => {
  const titleOf = (node: Nodes): string =>
    'value' in node ? node.value : 'children' in node ? node.children.map(titleOf).join('') : '';
  let path: readonly Heading[] = [];
  for (const node of fromMarkdown(text).children)
    if (node.type === 'heading')
      path = enter(path, { level: node.depth, title: titleOf(node).split('\n').at(-1) ?? '' });
  return path.map(({ title }) => title);
};

describe('the headings of a Markdown text', () => {
  test.each<[string, string, readonly string[]]>([
    ['a path', '# A\n## B\n# C\n### D', ['C', 'D']],
    ['closing marks', '## A ##  ', ['A']],
    ['underlined titles', 'A\n===\n\nB\n---', ['A', 'B']],
    ['Windows line ends', 'A\r\n===\r\n\r\n## B\r', ['A', 'B']],
    ['no title above the line', '# A\n\n---\n\n- x\n---', ['A']],
    ['a word with a number sign', '# A\n#b\nC# 7', ['A']],
    ['code', '# A\n```sh\n# no\n~~~\n# no\n```\n~~~\n```\n# no\n~~~', ['A']],
    ['a longer fence', '````\n```\n# no\n````\n# A', ['A']],
    ['front matter', '---\ntitle: x\n# a comment\n---\n# A', ['A']],
    ['comments', '# A\n<!--\n# no\n--> no\n<!-- # no -->\n<!-- no -->\n---\n\n## B', ['A', 'B']],
    [
      'scripts',
      '# A\n<script>\n# no\n\n# no\n</script>\n<PRE\n>\n# no\n</pre>\n<presto>\n\n## B',
      ['A', 'B'],
    ],
    ['front matter alone', '---\ntitle: x\n---\n', []],
    ['front matter that ends with dots', '---\ntitle: x\n...\nA\n---', ['A']],
  ])('%s', (_what, text, path) => {
    expect(pathAfter(text)).toEqual(path);
  });

  test('are those that a CommonMark parser finds', () => {
    const line = fc.constantFrom(
      ...['<!--', '-->', '<!-- x -->', '<script>', 'no</script>', '    # no'],
      ...['', 'Some words', '# One', '## Two ##', '### Three', '#no', '===', '---', '```', '~~~~', '``` js'],
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        // The parser knows no front matter.
        const text = ['Start', '', ...lines].join('\n');
        expect(pathAfter(text)).toEqual(pathByParser(text));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, readonly string[]]>([
    ['\n \n# B\nwords', ['B']],
    ['B\n===\nwords', ['B']],
    ['\n    # indented code\nwords', ['A']],
    ['<!-- a comment\n# no -->', ['A']],
    ['```\n---', ['A']],
  ])('above a chunk that begins with %j', (next, headings) => {
    const tracker = new HeadingTracker();
    tracker.feed('# A\n\n');
    expect(tracker.above(next)).toEqual(headings);
  });

  test('are not looked for where the text is no Markdown', () => {
    const python = '# a comment\nprint(1)\n';
    expect(chunkText(python)[0]?.headings).toEqual(['a comment']);
    expect(chunkText(python, { markup: 'none' })[0]?.headings).toEqual([]);
    expect(() => chunkText('', { markup: 'rst' as 'none' })).toThrow('markup: expected');
  });
});

describe('headings and pages that come with the pieces of a text', () => {
  const cut = async (pieces: readonly TextPiece[], overlap = 0) => {
    const chunks: unknown[] = [];
    for await (const { text, headings, page } of chunkStream(pieces, {
      chunkSize: 16,
      overlap,
      markup: 'none',
    }))
      chunks.push([text, headings, page]);
    return chunks;
  };

  test('are those that the chunk begins under', async () => {
    const pieces: readonly TextPiece[] = [
      { text: 'Before it all.\n\n', page: 1 },
      { text: 'Title\n\nWords.\n\n', heading: { level: 1, title: 'Title' } },
      { text: '', page: 2 },
      { text: 'More of them.\n\n' },
      { text: 'Deep\n\nDown.', heading: { level: 3, title: 'Deep' } },
      { text: '', heading: { level: 2, title: 'Empty' }, page: 3 },
    ];
    expect(await cut(pieces)).toEqual([
      ['Before it all.\n\n', [], 1],
      ['Title\n\nWords.\n\n', ['Title'], 1],
      ['More of them.\n\n', ['Title'], 2],
      ['Deep\n\nDown.', ['Title', 'Deep'], 2],
    ]);
  });

  test('a chunk ends with its page, and blank pages are no chunks', async () => {
    const pieces: readonly TextPiece[] = [
      { text: 'One.\n\n', page: 1 },
      { text: '\n\n', page: 2 },
      { text: 'Three of\nit.\n\n', page: 3 },
      { text: '\n\n', page: 4 },
      { text: '', page: 5 },
    ];
    expect(await cut(pieces)).toEqual([
      ['One.\n\n\n\n', [], 1],
      ['Three of\nit.\n\n\n\n', [], 3],
    ]);
  });

  test('nothing is shared over the end of a page', async () => {
    const pieces = [
      { text: 'On the first page. ', page: 1 },
      { text: 'On the second.', page: 2 },
    ];
    expect(await cut(pieces, 6)).toEqual([
      ['On the first ', [], 1],
      ['first page. ', [], 1],
      ['On the second.', [], 2],
    ]);
  });

  test('do not depend on how the text comes in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record(
            { text: fc.string({ maxLength: 30 }), page: fc.nat({ max: 9 }) },
            { requiredKeys: ['text'] },
          ),
          { maxLength: 8 },
        ),
        fc.nat({ max: 8 }),
        async (pieces, overlap) => {
          const apart = pieces.flatMap(({ text, ...marks }): TextPiece[] => [
            { text: '', ...marks },
            ...[...text].map((character) => ({ text: character })),
          ]);
          expect(await cut(apart, overlap)).toEqual(await cut(pieces, overlap));
        },
      ),
      { numRuns: 200 },
    );
  });
});
