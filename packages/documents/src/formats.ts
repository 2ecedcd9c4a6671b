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

/** Formats that are text as they are, and are read as streams. */
export const isPlain = (format: DocumentFormat): format is 'text' | 'markdown' | 'code' =>
  format === 'text' || format === 'markdown' || format === 'code';
