import { describe, expect, test } from '@jest/globals';
import { metadataOption, type UserMetadata } from '../src/metadata-option.js';
import { type SourceOptions, sourceNames } from '../src/sources.js';

const here = process.cwd();

describe('what sources are called', () => {
  type Row = readonly [what: string, args: string[], arg: string, file: string, name: string, SourceOptions?];
  test.each<Row>([
    ['a file here', ['./a.txt'], './a.txt', './a.txt', 'a.txt'],
    ['a folder here', ['notes/'], 'notes/', 'notes/deep/a.md', 'notes/deep/a.md'],
    ['this folder', ['.'], '.', 'deep/a.md', 'deep/a.md'],
    ['a full path to here', [`${here}/a.txt`], `${here}/a.txt`, `${here}/a.txt`, 'a.txt'],
    ['a file elsewhere', ['/home/ann/a.txt'], '/home/ann/a.txt', '/home/ann/a.txt', 'a.txt'],
    ['a folder elsewhere', ['/home/ann/notes'], '/home/ann/notes', '/home/ann/notes/a.md', 'notes/a.md'],
    ['two elsewhere', ['/u/ann/a.md', '/u/bob/a.md'], '/u/bob/a.md', '/u/bob/a.md', 'bob/a.md'],
    ['one elsewhere and one here', ['/u/ann/a.md', 'b.md'], '/u/ann/a.md', '/u/ann/a.md', 'a.md'],
    ['a folder above', ['/'], '/', '/etc/hosts', 'etc/hosts'],
    ['below a root', ['/u/ann/notes'], '/u/ann/notes', '/u/ann/notes/a.md', 'ann/notes/a.md', { root: '/u' }],
    ['the full path, when asked for', ['a.txt'], 'a.txt', 'a.txt', `${here}/a.txt`, { absolute: true }],
    ['a name with two dots', ['..a.txt'], '..a.txt', '..a.txt', '..a.txt'],
  ])('%s', (_what, args, arg, file, name, options = {}) => {
    expect(sourceNames(args, options)(arg, file)).toBe(name);
  });
});

test.each(['year', '=1984', 'before=2'])('--meta %s is wrong', (text) => {
  expect(() => metadataOption(text, { before: 1 })).toThrow(/Expected key=value|before is given twice/);
});

test.each<[string, UserMetadata]>([
  ['tag=x', { tag: 'x' }],
  ['tag=', { tag: '' }],
  ['a=b=c', { a: 'b=c' }],
  ['year=1984', { year: 1984 }],
  ['ratio=-1.5e3', { ratio: -1500 }],
  ['code=007', { code: '007' }],
  ['id=12345678901234567890', { id: '12345678901234567890' }],
  ['large=1e999', { large: '1e999' }],
  ['draft=true', { draft: true }],
  ['year="1984"', { year: '1984' }],
  ['none=null', { none: 'null' }],
  ['list=[1]', { list: '[1]' }],
  ['__proto__=x', JSON.parse('{"__proto__":"x"}')],
])('--meta %s', (text, expected) => {
  expect(metadataOption(text, undefined)).toEqual(expected);
  expect(Object.keys(metadataOption(text, { before: 1 }))).toEqual(['before', ...Object.keys(expected)]);
});
