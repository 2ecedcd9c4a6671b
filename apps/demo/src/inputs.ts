import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { CommandFailure } from './failure.js';

/** One text to encode, read as it is needed. */
export interface Input {
  /** The path as the caller gave it, or `stdin`. */
  readonly source: string;
  /** Its file; none for stdin. */
  readonly path: string | undefined;
  /** The text, in pieces; decoded as UTF-8, a byte-order mark left out. */
  readonly text: AsyncIterable<string>;
  /** Bytes, where they are known beforehand. */
  readonly sizeBytes: number | undefined;
}

/** What a directory is searched for. */
const textExtensions = new Set([
  '.txt',
  '.text',
  '.md',
  '.markdown',
  '.rst',
  '.csv',
  '.json',
  '.log',
  '.adoc',
  '.org',
  '.tex',
]);

/**
 * The texts that the arguments name: files as they are, directories with every text file below them in the
 * order of their names, `-` for standard input.
 */
export const findInputs = async (paths: readonly string[]): Promise<readonly Input[]> => {
  const inputs: Input[] = [];
  for (const path of paths) {
    if (path === '-') {
      inputs.push({
        source: 'stdin',
        path: undefined,
        text: decode(process.stdin, 'stdin'),
        sizeBytes: undefined,
      });
      continue;
    }
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new CommandFailure(
        error.code === 'ENOENT'
          ? `${path}: there is no such file or directory. Check the path.`
          : `${path}: cannot be read (${error.code ?? error.message}).`,
      );
    });
    if (!found.isDirectory()) {
      inputs.push(fileInput(path, found.size));
      continue;
    }
    const files = await textFiles(path);
    if (files.length === 0)
      throw new CommandFailure(
        `${path}: no text files in this directory (looked for ${[...textExtensions].join(' ')}). Name the files themselves to encode others.`,
      );
    for (const file of files) inputs.push(fileInput(file, (await stat(file)).size));
  }
  return inputs;
};

const textFiles = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && textExtensions.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
};

const fileInput = (path: string, sizeBytes: number): Input => ({
  source: path,
  path,
  // Opened when its turn comes: a thousand files are not a thousand open handles.
  text: {
    [Symbol.asyncIterator]: () => decode(createReadStream(path), path)[Symbol.asyncIterator](),
  },
  sizeBytes,
});

/** Decodes UTF-8 piece by piece; bytes that are none are an error that says where, never a silent U+FFFD. */
async function* decode(stream: Readable, source: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let offset = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      yield decoder.decode(chunk, { stream: true });
      offset += chunk.length;
    }
    yield decoder.decode();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new CommandFailure(
        `${source}: not UTF-8 text (an invalid sequence after byte ${offset.toLocaleString('en')}). Convert it first, for instance with iconv.`,
        1,
        { cause: error },
      );
    if (code === 'EISDIR') throw new CommandFailure(`${source}: is a directory.`, 1, { cause: error });
    if (code !== undefined)
      throw new CommandFailure(`${source}: reading failed (${code}).`, 1, { cause: error });
    throw error;
  }
}
