import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { formatOfName } from '@memvisor/documents';
import type { PlacedChunk } from '@memvisor/encoder';
import { CommandFailure } from './failure.js';

/** A text that was put together again. */
export interface RecoveredText {
  /** As in the archive. */
  readonly source: string;
  /** Its file in the folder. */
  readonly file: string;
  /** UTF-16 code units. */
  characters: number;
  /** Parts that are missing from it, in UTF-16 code units of the source; the texts around them follow each other. */
  readonly gaps: { readonly from: number; readonly to: number }[];
}

/** Chunks that belong to no source, an object a line. */
const looseChunks = 'chunks.jsonl';

/**
 * Puts the texts of an archive together in a folder, a file for each source, in constant memory. The folder appears when it
 * is complete.
 */
export class RecoveredTexts {
  readonly texts: RecoveredText[] = [];
  readonly #files = new Set<string>([looseChunks]);
  readonly #folders = new Set<string>();
  /** The numbers to try next for names that come again: many sources may share one. */
  readonly #nextCount = new Map<string, number>();
  #current: { readonly text: RecoveredText; readonly file: FileHandle; end: number } | undefined;
  #loose: FileHandle | undefined;
  #looseCount = 0;

  private constructor(
    private readonly target: string,
    private readonly folder: string,
  ) {}

  /** @throws {CommandFailure} When the folder has something in it, or can't be made. */
  static async create(target: string): Promise<RecoveredTexts> {
    const entries = await readdir(target).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw new CommandFailure(`${target}: can not be used as a folder (${error.code}).`);
    });
    if (entries.length > 0)
      throw new CommandFailure(`${target}: there is something in it. Name a new folder, or an empty one.`);
    const full = resolve(target);
    // Not `mkdtemp`: it becomes the folder that was asked for, which is not to be its owner's alone.
    const folder = join(dirname(full), `.${basename(full)}.recovering-${randomUUID()}`);
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      throw new CommandFailure(`${target}: can not be made (${error.code}).`);
    });
    return new RecoveredTexts(full, folder);
  }

  /** Chunks without a source, which are in one file. */
  get looseChunks(): number {
    return this.#looseCount;
  }

  /** Adds a chunk; in their order. */
  async add(chunk: PlacedChunk): Promise<void> {
    const { text, source, start } = chunk;
    if (source === '') {
      this.#loose ??= await open(join(this.folder, looseChunks), 'wx');
      this.#looseCount += 1;
      await this.#loose.appendFile(`${JSON.stringify(chunk)}\n`);
      return;
    }
    let current = this.#current;
    // The same source from its beginning is another text of that name.
    if (current === undefined || current.text.source !== source || (start === 0 && current.end > 0))
      current = await this.#begin(source);
    const { text: known, file, end } = current;
    if (start > end) known.gaps.push({ from: end, to: start });
    const fresh = text.slice(Math.max(0, end - start));
    await file.appendFile(fresh);
    known.characters += fresh.length;
    current.end = Math.max(end, start + text.length);
  }

  /** Everything has been added: the folder gets its name. */
  async publish(): Promise<void> {
    await this.#close();
    await mkdir(dirname(this.target), { recursive: true });
    await rename(this.folder, this.target);
  }

  /** Removes what was not published. */
  async discard(): Promise<void> {
    await this.#close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #begin(source: string) {
    await this.#current?.file.close();
    const file = this.#nameFor(source);
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    const text: RecoveredText = { source, file, characters: 0, gaps: [] };
    this.texts.push(text);
    this.#current = { text, file: await open(path, 'wx'), end: 0 };
    return this.#current;
  }

  /** A name below the folder, whatever the archive says, and each only once. */
  #nameFor(source: string): string {
    const name = withTextEnding(safePath(source));
    // A name without folders finds its place in the end, whatever the others are.
    const flat = shortened(name.replaceAll('/', '_'));
    let unused = name;
    while (this.#isTaken(unused)) {
      const count = this.#nextCount.get(flat) ?? 2;
      this.#nextCount.set(flat, count + 1);
      unused = flat.replace(nameEnding, (ending) => `-${count}${ending}`);
    }
    this.#files.add(unused);
    for (const folder of foldersOf(unused)) this.#folders.add(folder);
    return unused;
  }

  #isTaken(name: string): boolean {
    return (
      this.#files.has(name) ||
      this.#folders.has(name) ||
      foldersOf(name).some((folder) => this.#files.has(folder))
    );
  }

  async #close(): Promise<void> {
    await this.#current?.file.close();
    await this.#loose?.close();
    this.#current = undefined;
    this.#loose = undefined;
  }
}

/** A path below a folder that any file system takes, as near to the source's name as can be. */
const safePath = (source: string): string => {
  const parts = source
    .split(/[/\\]/)
    .filter((part) => !['', '.', '..'].includes(part))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they have no place in a name
    .map((part) => shortened(part.replace(/[\u0000-\u001f\u007f:*?"<>|]|\p{Surrogate}/gu, '_')));
  // Folders may be as deep as an archive says; a path may not.
  return parts.slice(-deepest).join('/') || 'text';
};

/** Names of a path that are kept, the last ones. */
const deepest = 16;
/** File systems take names of up to 255 bytes; a number and an ending may follow. */
const longestName = 200;

/** What programs know a file by; it stays at the end of the name. */
const nameEnding = /(?:\.\w{1,10})?$/;

/** A name that is not too long, cut before its ending. */
const shortened = (name: string): string => {
  if (Buffer.byteLength(name) <= longestName) return name;
  const [ending = ''] = nameEnding.exec(name) ?? [];
  const stem = Buffer.from(name).subarray(0, longestName - ending.length);
  // A character that was cut in two is left out.
  return `${new TextDecoder().decode(stem, { stream: true })}${ending}`;
};

/** Formats whose files are more than their text: under their ending the text would be a broken file of that format. */
const moreThanText: ReadonlySet<string | undefined> = new Set(['html', 'pdf', 'epub', 'docx']);

const withTextEnding = (name: string): string =>
  moreThanText.has(formatOfName(name)) ? `${name}.txt` : name;

/** `a/b/c` is in `a` and `a/b`. */
const foldersOf = (name: string): string[] => {
  const parts = name.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
};
