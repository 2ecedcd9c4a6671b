import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Pid, portsClosed, start, stopServer } from '@memvisor/supervisor';
import {
  type Document,
  type DocumentFailure,
  type DocumentPiece,
  type DocumentReaderOptions,
  type DocumentReaderProtocol,
  describeDocumentFailure,
  documentReader,
  documentReaderSpec,
  readDocument,
} from '../src/index.js';
import { EncodingTables } from '../src/pdf/encoding-tables.js';
import { docx, epub, namedEncoding, pdf, zip } from './files.js';

let folder = '';
let reader: Pid<DocumentReaderProtocol>;
const startReader = async (options: DocumentReaderOptions = {}): Promise<Pid<DocumentReaderProtocol>> => {
  const started = await start(documentReader, { threads: 1, ...options });
  if (!started.ok) throw new Error('not started');
  return started.pid;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'documents-'));
  reader = await startReader();
});
afterAll(async () => {
  await stopServer(reader);
  await portsClosed();
  await rm(folder, { recursive: true });
});

type Content = string | Uint8Array;
const file = async (name: string, content: Content): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
const piecesOf = async ({ pieces }: Document): Promise<readonly DocumentPiece[]> => {
  const all: DocumentPiece[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
};
const read = async (name: string, content: Content) => {
  const result = await readDocument(reader, await file(name, content));
  if (!result.ok) throw new Error(describeDocumentFailure(result.failure));
  const { pieces, ...rest } = result.value;
  return { ...rest, pieces: await piecesOf({ pieces, ...rest }) };
};
const withMark = (encoding: BufferEncoding, text: string): Buffer => Buffer.from(`\uFEFF${text}`, encoding);
const h = (level: number, title: string) => ({ level, title });
const bees = 'Bees 🐝 make\r\nhoney.\n';

describe('files become texts', () => {
  test.each<[string, Content, Omit<Document, 'pieces'>]>([
    ['a.txt', bees, { format: 'text', markup: 'none' }],
    ['b.txt', withMark('utf8', bees), { format: 'text', markup: 'none' }],
    ['c.txt', withMark('utf16le', bees), { format: 'text', markup: 'none' }],
    ['d.txt', withMark('utf16le', bees).swap16(), { format: 'text', markup: 'none' }],
    ['e.MD', bees, { format: 'markdown', markup: 'markdown' }],
    ['f.py', bees, { format: 'code', markup: 'none' }],
    ['Makefile', bees, { format: 'text', markup: 'none' }],
  ])('%s, character by character', async (name, content, expected) => {
    expect(await read(name, content)).toEqual({ ...expected, pieces: [{ text: bees }] });
  });

  test('a text longer than what is read at a time is whole, also where a character is cut in two', async () => {
    const text = `x${'🐝'.repeat(100_000)}`;
    const { pieces } = await read('long.txt', text);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  });

  test('HTML: what is seen, with its headings', async () => {
    const html =
      '<!doctype html><title>Bees &amp; more</title><style>p{}</style><h1>Of <i>bees</i></h1>\n' +
      '<p>They  make\n honey.<script>no()</script> A&nbsp;lot.</p><div hidden>no</div><p style="display: none">no</p>' +
      '<ul><li>One<li>Two</ul><pre>\n a\n  b</pre><h3></h3><h2>Ships</h2>They<br>sail.<table><tr><td>a<td>b</table>';
    expect(await read('a.html', html)).toEqual({
      format: 'html',
      markup: 'none',
      title: 'Bees & more',
      pieces: [
        { text: 'Bees & more\n\n' },
        {
          text: 'Of bees\n\nThey make honey. A\u00a0lot.\n\nOne\nTwo\n\n a\n  b\n\n',
          heading: h(1, 'Of bees'),
        },
        { text: 'Ships\n\nThey\nsail.\n\na b', heading: h(2, 'Ships') },
      ],
    });
  });

  test.each([
    [
      'with paragraphs in their cells',
      '<table><tr><th><p>Name</p></th><th><p>Age</p></th></tr><tr><td><p>Ann</p><p>Lee</p></td><td><p>42</p></td></tr></table><p>End',
      'Name Age\nAnn\n\nLee 42\n\nEnd',
    ],
    [
      'within each other',
      '<table><tr><td>a<td><table><tr><td>b<td>c</table><td>d<tr><td>e</table>',
      'a\n\nb c d\ne',
    ],
    ['for layout', '<table><tr><td><h1>Title</h1></td><td>Words.</td></tr></table>', 'Title\n\nWords.'],
    ['without rows', '<td>a</td><td>b</td>', 'a b'],
  ])('HTML: tables %s', async (what, html, text) => {
    const { pieces } = await read(`table ${what}.html`, html);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  });

  test('HTML of any depth', async () => {
    const deep = 5000;
    const html = `${'<div><b>'.repeat(deep)}x${'</b></div>'.repeat(deep)}<h1>y`;
    expect((await read('deep.html', html)).pieces).toEqual([
      { text: 'x\n\n' },
      { text: 'y', heading: h(1, 'y') },
    ]);
  });

  test.each([
    ['the encoding that it names', Buffer.from('<meta charset="windows-1252"><p>caf\xe9', 'latin1')],
    ['a byte-order mark', withMark('utf16le', '<p>café')],
    ['UTF-8', Buffer.from('<p>café')],
  ])('HTML in %s', async (what, content) => {
    expect((await read(`${what}.htm`, content)).pieces).toEqual([{ text: 'café' }]);
  });

  test('PDF: a piece for each page', async () => {
    const pages = [['Bees make honey.', 'They (all) fly.'], [], ['The end.']];
    expect(await read('a.pdf', pdf(pages))).toEqual({
      format: 'pdf',
      markup: 'none',
      pages: 3,
      pieces: [
        { text: 'Bees make honey.\nThey (all) fly.\n\n', page: 1 },
        { text: '\n\n', page: 2 },
        { text: 'The end.', page: 3 },
      ],
    });
  });

  test('PDF: an encoding that it only names', async () => {
    const { pieces } = await read('chinese.pdf', namedEncoding('UniGB-UCS2-H', '蜂蜜'));
    expect(pieces).toEqual([{ text: '蜂蜜', page: 1 }]);
  });

  test('EPUB: chapters in the order of reading', async () => {
    const chapters = ['<h1>One</h1><p>First&nbsp;words.</p>', '<p/>', '<h2>Two</h2><p>Last.</p>'];
    expect(await read('a.epub', epub(chapters))).toEqual({
      format: 'epub',
      markup: 'none',
      title: 'A Book',
      pieces: [
        { text: 'One\n\nFirst\u00a0words.', heading: h(1, 'One') },
        { text: '\n\n' },
        { text: 'Two\n\nLast.', heading: h(2, 'Two') },
      ],
    });
  });

  test('DOCX: headings by their styles', async () => {
    expect(await read('a.docx', docx(['Before.', '# Bees', 'They fly.', '## Queens', 'One.']))).toEqual({
      format: 'docx',
      markup: 'none',
      pieces: [
        { text: 'Before.\n\n' },
        { text: 'Bees\n\nThey fly.\n\n', heading: h(1, 'Bees') },
        { text: 'Queens\n\nOne.', heading: h(2, 'Queens') },
      ],
    });
  });

  test.each<[Document['format'], Content]>([
    ['pdf', pdf([['x']])],
    ['epub', epub(['x'])],
    ['docx', docx(['x'])],
    ['html', '<!DOCTYPE html><p>x'],
    ['text', 'x'],
  ])('a name without a known extension: %s by its first bytes', async (format, content) => {
    expect(await read(`no-extension-${format}`, content)).toMatchObject({ format, pieces: [{ text: 'x' }] });
  });
});

const bomb = epub([`<p>${'x'.repeat(3_000_000)}</p>`]);
/** The same with what it says of its sizes made small. */
const lying = (() => {
  const bytes = Buffer.from(bomb);
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4))
    if (bytes.readUInt32LE(at + 24) > 1_000_000) bytes.writeUInt32LE(5000, at + 24);
  return bytes;
})();
const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
};
const protectedBook = (algorithm: string) =>
  epub(['<p>x</p>'], {
    'META-INF/encryption.xml': `<encryption><EncryptedData><EncryptionMethod Algorithm="${algorithm}"/><CipherData><CipherReference URI="OEBPS/text/chapter%200.xhtml"/></CipherData></EncryptedData></encryption>`,
  });
const ole = (text: string) =>
  Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    Buffer.from(text, 'utf16le'),
  ]);
const kindOf = (kind: DocumentFailure['kind'], more: object = {}) => ({
  ok: false,
  failure: { kind, ...more },
});

describe('what can not be read says why', () => {
  test.each<[string, string, Content, object]>([
    ['an empty text', 'x.txt', '', kindOf('no_text')],
    ['a text of white space', 'x.md', ' \n\t\n', kindOf('no_text')],
    [
      'Latin-1',
      'x.txt',
      Buffer.from('caf\xe9 au lait', 'latin1'),
      kindOf('not_text', { offset: 3, looksLike: 'another encoding' }),
    ],
    [
      'one wrong byte far into a text',
      'x.txt',
      Buffer.concat([Buffer.from('🐝'.repeat(80_000)), Buffer.from([0xff]), Buffer.from('🐝')]),
      kindOf('not_text', { offset: 320_000, looksLike: 'another encoding' }),
    ],
    [
      'UTF-32',
      'x.txt',
      Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]),
      kindOf('not_text', { offset: 0, looksLike: 'another encoding' }),
    ],
    ['UTF-8 that is cut off', 'x.py', Buffer.from('🐝').subarray(0, 3), kindOf('not_text', { offset: 3 })],
    [
      'UTF-16 without a mark',
      'x.txt',
      Buffer.from('Bees', 'utf16le'),
      kindOf('not_text', { offset: 1, looksLike: 'binary' }),
    ],
    [
      'half a character of UTF-16',
      'x.txt',
      Buffer.from([0xff, 0xfe, 0x41]),
      kindOf('not_text', { offset: 3, looksLike: 'broken UTF-16' }),
    ],
    [
      'a picture',
      'x.png',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]),
      kindOf('other_format', { format: 'a picture' }),
    ],
    ['RTF', 'x.rtf', '{\\rtf1 Bees.}', kindOf('other_format', { format: 'RTF' })],
    [
      'OpenDocument',
      'x.odt',
      zip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<x/>' }),
      kindOf('other_format', { format: 'an OpenDocument file' }),
    ],
    [
      'a spreadsheet',
      'x.xlsx',
      zip({ 'xl/workbook.xml': '<x/>' }),
      kindOf('other_format', { format: 'a spreadsheet' }),
    ],
    ['an old Word document by another name', 'x.doc', ole('Bees'), kindOf('other_format')],
    [
      'a binary file',
      'x.bin',
      Buffer.from([1, 2, 0, 3]),
      kindOf('not_text', { offset: 2, looksLike: 'binary' }),
    ],
    ['HTML without text', 'x.html', '<script>x</script><p> </p>', kindOf('no_text')],
    [
      'HTML that is not what it says',
      'x.html',
      Buffer.from('<meta charset=utf-8>caf\xe9', 'latin1'),
      kindOf('not_text'),
    ],
    ['an empty PDF', 'x.pdf', '', kindOf('damaged')],
    ['a PDF that is cut off', 'x.pdf', pdf([['x']]).subarray(0, 100), kindOf('damaged')],
    ['a PDF that is none', 'x.pdf', 'Bees make honey.', kindOf('damaged')],
    ['a scan', 'x.pdf', pdf([[], []]), kindOf('no_text', { pages: 2 })],
    ['a PDF with a password', 'x.pdf', pdf([['x']], { encrypted: true }), kindOf('encrypted')],
    ['an empty EPUB', 'x.epub', '', kindOf('damaged')],
    ['an EPUB that is cut off', 'x.epub', epub(['x']).subarray(0, 500), kindOf('damaged')],
    ['an EPUB without a container', 'x.epub', zip({ a: 'x' }), kindOf('damaged')],
    [
      'an EPUB that names no package',
      'x.epub',
      zip({ 'META-INF/container.xml': '<container/>' }),
      kindOf('damaged'),
    ],
    ['an EPUB without text', 'x.epub', epub(['<img src="a.png"/>']), kindOf('no_text')],
    [
      'an EPUB with a licence',
      'x.epub',
      protectedBook('http://www.w3.org/2001/04/xmlenc#aes128-cbc'),
      kindOf('encrypted'),
    ],
    ['a DOCX that is cut off', 'x.docx', docx(['x']).subarray(0, 500), kindOf('damaged')],
    ['a DOCX that is another ZIP', 'x.docx', zip({ a: 'x' }), kindOf('damaged')],
    ['a DOCX without a document', 'x.docx', zip({ '[Content_Types].xml': '<Types/>' }), kindOf('damaged')],
    ['a DOCX without text', 'x.docx', docx(['']), kindOf('no_text')],
    ['a DOCX with a password', 'x.docx', ole('EncryptedPackage'), kindOf('encrypted')],
    ['an old Word document', 'x.docx', ole('WordDocument'), kindOf('damaged')],
  ])('%s', async (_what, name, content, expected) => {
    const result = await readDocument(reader, await file(name, content));
    expect(result).toMatchObject(expected);
    if (!result.ok) expect(describeDocumentFailure(result.failure)).toMatch(/^[a-z].*\.$/i);
  });

  test('a table of an encoding that is not installed is remembered by its name', async () => {
    const tables = new EncodingTables();
    const data = new tables.factory();
    expect((await data.fetch({ kind: 'cMapUrl', filename: 'UniGB-UCS2-H.bcmap' })).length).toBeGreaterThan(0);
    expect(tables.missing).toBeUndefined();
    for (const filename of ['None-H.bcmap', '../package.json'])
      await expect(data.fetch({ kind: 'cMapUrl', filename })).rejects.toThrow();
    expect(tables.missing).toBe('None-H');
    const said = describeDocumentFailure({ kind: 'unknown_encoding', encoding: 'None-H' });
    expect(said).toMatch(/None-H.*Install pdfjs-dist/);
  });

  test('fonts that are obfuscated are no protection', async () => {
    const book = protectedBook('http://www.idpf.org/2008/embedding');
    expect((await read('fonts.epub', book)).pieces).toEqual([{ text: 'x' }]);
  });

  test('a byte that changed inside a ZIP is noticed', async () => {
    const book = docx(['Bees make honey in their hives, and they fly far.']);
    // In the middle of the document's compressed text.
    const at = book.lastIndexOf('word/document.xml', book.indexOf('PK\x01\x02')) + 150;
    expect(await readDocument(reader, await file('flipped.docx', flipped(book, at)))).toMatchObject(
      kindOf('damaged'),
    );
  });

  test('no file, a directory, something that is no file', async () => {
    await mkdir(join(folder, 'deep'));
    expect(await readDocument(reader, join(folder, 'none.pdf'))).toEqual(kindOf('not_found'));
    // As a folder's list gives a name whose bytes are no UTF-8.
    expect(await readDocument(reader, join(folder, 'caf\uFFFD.txt'))).toEqual(kindOf('bad_name'));
    expect(await readDocument(reader, join(folder, 'deep'))).toEqual(kindOf('is_directory'));
    expect(await readDocument(reader, '/dev/null')).toMatchObject(kindOf('not_readable'));
  });

  test.each<[string, DocumentReaderOptions, string, Content, object]>([
    [
      'a file that is too large',
      { maxFileBytes: 100 },
      'y.pdf',
      pdf([['x']]),
      kindOf('too_large', { limit: 100 }),
    ],
    [
      'a ZIP bomb',
      { maxUnpackedBytes: 1_000_000 },
      'y.epub',
      bomb,
      kindOf('unpacked_too_large', { limit: 1_000_000 }),
    ],
    ['one that lies about its size', { maxUnpackedBytes: 1_000_000 }, 'y.epub', lying, kindOf('damaged')],
    [
      'one that takes too long',
      { timeoutMs: 1 },
      'y.pdf',
      pdf([['x']]),
      kindOf('timed_out', { timeoutMs: 1 }),
    ],
    [
      'one that takes too much memory',
      { maxHeapMb: 16 },
      'y.html',
      '<p>a<b>'.repeat(2_000_000),
      kindOf('out_of_memory'),
    ],
  ])('%s; the reader goes on', async (_what, options, name, content, expected) => {
    const bounded = await startReader(options);
    try {
      expect(await readDocument(bounded, await file(name, content))).toMatchObject(expected);
      expect(await readDocument(bounded, await file('after.txt', 'x'))).toMatchObject({ ok: true });
    } finally {
      await stopServer(bounded);
    }
  });

  test.each<[string, DocumentReaderOptions]>([
    ['threads: expected a whole number from 1, got 0', { threads: 0 }],
    ['timeoutMs: expected a whole number from 1, got 1.5', { timeoutMs: 1.5 }],
    ['size: expected no option of this name, got 5', { size: 5 } as DocumentReaderOptions],
  ])('%s', (message, options) => {
    expect(() => documentReaderSpec(options)).toThrow(message);
  });
});
