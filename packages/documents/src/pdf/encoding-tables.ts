import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Tables of encodings, from `pdfjs-dist` where it is installed. */
export class EncodingTables {
  /** The first that was asked for and is not there. */
  missing: string | undefined;

  /** What pdf.js asks for them. */
  get factory(): new () => {
    fetch(wanted: { readonly kind: string; readonly filename: string }): Promise<Uint8Array>;
  } {
    const find = (filename: string): Promise<Uint8Array> => this.find(filename);
    return class {
      async fetch({ kind, filename }: { readonly kind: string; readonly filename: string }) {
        // Fonts and colours are for drawing.
        if (kind !== 'cMapUrl') throw new Error(`${filename} is not needed`);
        return find(filename);
      }
    };
  }

  private async find(filename: string): Promise<Uint8Array> {
    try {
      if (!/^[\w-]+\.bcmap$/.test(filename)) throw new Error('no name of a table');
      return new Uint8Array(await readFile(join(tablesFolder(), filename)));
    } catch (error) {
      this.missing ??= filename.replace(/\.bcmap$/, '');
      throw error;
    }
  }
}

/** @throws where `pdfjs-dist` is not installed */
const tablesFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')), 'cmaps');
