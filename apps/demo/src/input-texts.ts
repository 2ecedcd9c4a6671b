import { stat } from 'node:fs/promises';
import {
  type Document,
  DocumentError,
  type DocumentReaderRef,
  type DocumentResult,
  decodeText,
  formatOfName,
  readDocument,
} from '@memvisor/documents';
import type { TextPiece } from '@memvisor/encoder';
import { CommandFailure } from './failure.js';
import { type Input, type SkippedInput, skippedInput } from './inputs.js';

/** Formats whose files are their text. */
const plainFormats: ReadonlySet<string> = new Set(['text', 'markdown', 'code']);

/** Documents that are read while another is being encoded: their texts are in memory. */
const readAhead = 2;

/** The texts of inputs, each when it is asked for; those that can't be read are left out and told. */
export class InputTexts {
  /** What did not become a text, in the order of the inputs. */
  readonly skipped: SkippedInput[];
  /** Inputs that did. */
  encoded = 0;
  /** Bytes of text, in UTF-8. */
  bytes = 0;
  readonly #positions: ReadonlyMap<Input, number>;
  readonly #reading = new Map<Input, Promise<DocumentResult<Document>>>();

  /**
   * @param found what was skipped before
   * @param strict whether an input that can't be read ends everything
   */
  constructor(
    private readonly reader: DocumentReaderRef,
    private readonly inputs: readonly Input[],
    found: readonly SkippedInput[],
    private readonly strict: boolean,
  ) {
    this.skipped = [...found];
    this.#positions = new Map(inputs.map((input, at) => [input, at]));
  }

  /** Where the headings of an input are, as far as its name says. What comes through a pipe may be Markdown. */
  markupOf({ path }: Input): 'markdown' | 'none' {
    return path === undefined || formatOfName(path) === 'markdown' ? 'markdown' : 'none';
  }

  /** Bytes of an input's text, where its file is nothing but that. */
  async sizeOf({ path }: Input): Promise<number | undefined> {
    const format = path === undefined ? undefined : formatOfName(path);
    if (path === undefined || format === undefined || !plainFormats.has(format)) return undefined;
    return stat(path).then(
      ({ size }) => size,
      () => undefined, // it will be told when it is read
    );
  }

  /** The text of one input; of none where it can't be read. */
  async *textOf(input: Input): AsyncGenerator<TextPiece, void, undefined> {
    let isBegun = false;
    try {
      for await (const piece of input.path === undefined
        ? fromStdin()
        : await this.#read(input, input.path)) {
        if (!isBegun && piece.text.trim() !== '') {
          isBegun = true;
          this.encoded += 1;
        }
        this.bytes += Buffer.byteLength(piece.text);
        yield piece;
      }
      if (!isBegun) throw new DocumentError({ kind: 'no_text' });
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      const skipped = skippedInput(input.path ?? input.source, error.failure);
      // Half a text is in the video already: that can't be told as left out.
      if (this.strict || isBegun)
        throw new CommandFailure(`${skipped.file}: ${skipped.reason}`, 1, { cause: error });
      this.skipped.push(skipped);
    }
  }

  async #read(input: Input, path: string): Promise<Document['pieces']> {
    const after = (this.#positions.get(input) ?? 0) + 1;
    for (const next of this.inputs.slice(after, after + readAhead))
      if (next.path !== undefined) this.#begin(next, next.path);
    const result = await this.#begin(input, path);
    this.#reading.delete(input);
    if (!result.ok) throw new DocumentError(result.failure);
    return result.value.pieces;
  }

  #begin(input: Input, path: string): Promise<DocumentResult<Document>> {
    const known = this.#reading.get(input);
    if (known !== undefined) return known;
    const reading = readDocument(this.reader, path);
    // Whoever comes to it hears of it; until then nobody has to.
    reading.catch(() => undefined);
    this.#reading.set(input, reading);
    return reading;
  }
}

async function* fromStdin(): AsyncGenerator<TextPiece, void, undefined> {
  for await (const text of decodeText(process.stdin)) yield { text };
}
