import { open, stat } from 'node:fs/promises';
import {
  type Call,
  type ChildSpec,
  type Context,
  call,
  childSpec,
  defineGenServer,
  type GenServer,
  noreply,
  ok,
  type ProcessName,
  type ServerRef,
  stop,
} from '@memvisor/supervisor';
import type { Document } from '../document.js';
import { DocumentError, type DocumentResult, fail } from '../failure.js';
import { type DocumentFormat, formatOfBytes, formatOfName, isPlain, otherFormatOf } from '../formats.js';
import { systemFailure } from '../text/decode.js';
import { checkText, textPieces } from '../text/text-file.js';
import { checkReaderOptions, type DocumentReaderOptions } from './options.js';
import { ReaderThreads } from './threads.js';

/** What a reader answers to. Use `readDocument` rather than these messages. */
export type DocumentReaderProtocol = {
  call: Call<{ readonly type: 'read'; readonly path: string }, DocumentResult<Document>>;
  info: { readonly type: 'request_failed'; readonly error: unknown };
};

/** A running reader: its pid, name or via name. */
export type DocumentReaderRef = ServerRef<DocumentReaderProtocol>;

type State = { readonly limits: Required<DocumentReaderOptions>; readonly threads: ReaderThreads };

/**
 * A server that reads files. HTML, PDF, EPUB and DOCX are read in threads that it owns and that end with it; files of text are
 * streams of the caller's process. Files are read side by side.
 */
export const documentReader: GenServer<DocumentReaderProtocol, DocumentReaderOptions> = defineGenServer<
  DocumentReaderProtocol,
  State,
  DocumentReaderOptions
>({
  name: 'DocumentReader',
  init: (options) => {
    const limits = checkReaderOptions(options);
    return ok({ limits, threads: new ReaderThreads(limits) });
  },
  call: {
    read: ({ path }, state, from, ctx) => {
      read(path, state).then(
        (result) => ctx.reply(from, result),
        (error: unknown) => ctx.send(ctx.self, { type: 'request_failed', error }),
      );
      return noreply(state);
    },
  },
  // What can be expected of a file is a value; what is left is a bug: the process ends and its supervisor decides.
  info: (message, state) =>
    message.type === 'request_failed' ? stop({ kind: 'crash', error: message.error }) : noreply(state),
  terminate: (_reason, { threads }) => threads.stop(),
});

/**
 * A reader under a supervisor.
 *
 * @throws {OptionError} For an option that is wrong.
 */
export const documentReaderSpec = (
  options: DocumentReaderOptions & { readonly name?: ProcessName<DocumentReaderProtocol> } = {},
): ChildSpec => {
  const { name, ...rest } = options;
  return childSpec(documentReader, checkReaderOptions(rest), name === undefined ? {} : { name });
};

/**
 * Reads a file as text with positions: headings of Markdown stay in the text, those of HTML, EPUB and DOCX and the pages of
 * a PDF come with the pieces. Whatever can be wrong with a file is known when this resolves: also a file of text has been read to
 * its end by then, without keeping it.
 *
 * @param options `timeoutMs`: longest wait in all (default none; each file has the reader's own bound); `caller`: the process that
 * asks, when it is one
 * @returns The document, or a {@link DocumentFailure}.
 * @throws {CallExit} As a rejection, when the reader is not there or dies.
 * @example
 * const read = await readDocument(reader, 'book.pdf');
 * if (read.ok) for await (const { text, page } of read.value.pieces) console.log(page, text.length);
 */
export const readDocument = (
  reader: DocumentReaderRef,
  path: string,
  {
    timeoutMs = Number.POSITIVE_INFINITY,
    caller,
  }: { readonly timeoutMs?: number; readonly caller?: Context } = {},
): Promise<DocumentResult<Document>> => {
  const request = { type: 'read', path } as const;
  return caller === undefined ? call(reader, request, timeoutMs) : caller.call(reader, request, timeoutMs);
};

const read = async (path: string, { limits, threads }: State): Promise<DocumentResult<Document>> => {
  try {
    const format = await formatOf(path);
    if (isPlain(format)) {
      await checkText(path);
      const markup = format === 'markdown' ? 'markdown' : 'none';
      return { ok: true, value: { format, markup, pieces: textPieces(path) } };
    }
    const { maxFileBytes, maxUnpackedBytes } = limits;
    const result = await threads.read({ path, format, maxFileBytes, maxUnpackedBytes });
    if (!result.ok) return result;
    const { title, pieces } = result.value;
    return {
      ok: true,
      value: {
        format,
        markup: 'none',
        ...(title === undefined ? {} : { title }),
        ...(format === 'pdf' ? { pages: pieces.length } : {}),
        pieces: {
          async *[Symbol.asyncIterator]() {
            yield* pieces;
          },
        },
      },
    };
  } catch (error) {
    if (error instanceof DocumentError) return { ok: false, failure: error.failure };
    throw error;
  }
};

/** By its name, else by its first bytes. */
const formatOf = async (path: string): Promise<DocumentFormat> => {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new DocumentError({ kind: 'is_directory' });
    // Opening a pipe or a device would wait, perhaps for ever.
    if (!found.isFile()) throw new DocumentError({ kind: 'not_readable', code: 'not a file' });
    const named = formatOfName(path);
    if (named !== undefined) return named;
    const file = await open(path);
    try {
      const head = new Uint8Array(4096);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      const format = formatOfBytes(head.subarray(0, bytesRead));
      const other = format === 'text' ? otherFormatOf(head.subarray(0, bytesRead)) : undefined;
      return other === undefined ? format : fail({ kind: 'other_format', format: other });
    } finally {
      await file.close();
    }
  } catch (error) {
    const failed = error instanceof DocumentError ? error : systemFailure(error);
    // What stands for bytes that are no UTF-8 is not what the file is called.
    const isMisread = failed.failure.kind === 'not_found' && path.includes('\uFFFD');
    throw isMisread ? new DocumentError({ kind: 'bad_name' }) : failed;
  }
};
