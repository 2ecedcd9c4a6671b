import { extname } from 'node:path';

/** How a file is read. `code` and `text` differ in name only; `markdown` has headings in its text. */
export type DocumentFormat = 'text' | 'markdown' | 'code' | 'html' | 'pdf' | 'epub' | 'docx';

const extensions: Readonly<Record<DocumentFormat, string>> = {
  text: 'txt text log csv tsv json jsonl ndjson rst adoc asciidoc org tex bib srt vtt xml yaml yml toml ini conf properties',
  markdown: 'md markdown mdown mkd mdx qmd rmd',
  code:
    'js mjs cjs jsx ts mts cts tsx vue svelte css scss less py pyi rb php pl pm lua r jl java kt kts scala groovy clj cljs ' +
    'c h cc cpp cxx hpp hh m mm cs fs vb swift go rs zig nim d dart ex exs erl hrl hs elm ml mli lisp el scm rkt ' +
    'sh bash zsh fish ps1 bat sql graphql proto tf nix cmake gradle asm s v sv vhd vhdl f f90 pas ada cob sol wat',
  html: 'html htm xhtml',
  pdf: 'pdf',
  epub: 'epub',
  docx: 'docx docm',
};

const formatOfExtension: ReadonlyMap<string, DocumentFormat> = new Map(
  (Object.entries(extensions) as [DocumentFormat, string][]).flatMap(([format, names]) =>
    names.split(' ').map((name) => [`.${name}`, format] as const),
  ),
);

/** The extensions by which files are known, each with its dot. */
export const documentExtensions: readonly string[] = [...formatOfExtension.keys()];

/** The format that a file's name tells; `undefined` where it tells none. */
export const formatOfName = (path: string): DocumentFormat | undefined =>
  formatOfExtension.get(extname(path).toLowerCase());

/** The format of a file whose name tells none, by its first bytes; text of some kind is the answer for all that is left. */
export const formatOfBytes = (head: Uint8Array): DocumentFormat => {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('%PDF-')) return 'pdf';
  if (text.startsWith('PK\x03\x04')) {
    if (text.includes('application/epub+zip')) return 'epub';
    if (/word\/|\[Content_Types\]\.xml/.test(text)) return 'docx';
  }
  return /^\uFEFF?\s*(<!doctype html|<html)/i.test(Buffer.from(head).toString('utf8')) ? 'html' : 'text';
};

/** What people take for documents and cannot be read here, by how it begins, and by what is near its beginning. */
const otherFormats: readonly (readonly [name: string, begins: string, holds?: string])[] = [
  ['RTF', '{\\rtf'],
  ['an OpenDocument file', 'PK\x03\x04', 'mimetypeapplication/vnd.oasis.opendocument'],
  ['a spreadsheet', 'PK\x03\x04', 'xl/'],
  ['a presentation', 'PK\x03\x04', 'ppt/'],
  ['a ZIP archive', 'PK\x03\x04'],
  ['a file of old Microsoft Office', '\xd0\xcf\x11\xe0'],
  ['a picture', '\x89PNG'],
  ['a picture', '\xff\xd8\xff'],
  ['a picture', 'GIF8'],
  ['a compressed file', '\x1f\x8b'],
  ['a compressed file', '\xfd7zXZ'],
  ['a compressed file', '\x28\xb5\x2f\xfd'],
];

/** What a file is that is no document, by its first bytes; `undefined` for all that may be text. */
export const otherFormatOf = (head: Uint8Array): string | undefined => {
  const text = Buffer.from(head).toString('latin1');
  return otherFormats.find(([, begins, holds = '']) => text.startsWith(begins) && text.includes(holds))?.[0];
};

/** Formats that are text as they are, and are read as streams. */
export const isPlain = (format: DocumentFormat): format is 'text' | 'markdown' | 'code' =>
  format === 'text' || format === 'markdown' || format === 'code';
