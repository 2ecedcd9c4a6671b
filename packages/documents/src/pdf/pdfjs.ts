/** What is used of pdf.js; the types that unpdf ships do not resolve in an ES module. */
export type PdfJs = {
  getDocument(options: {
    readonly data: Uint8Array;
    readonly verbosity: number;
    readonly disableFontFace: boolean;
    readonly useSystemFonts: boolean;
    readonly isEvalSupported: boolean;
    readonly useWorkerFetch: boolean;
    readonly cMapUrl: string;
    readonly cMapPacked: boolean;
    /** Gives the data that is not in the program: here tables of encodings. */
    readonly BinaryDataFactory: new () => {
      fetch(wanted: { readonly kind: string; readonly filename: string }): Promise<Uint8Array>;
    };
  }): { readonly promise: Promise<PdfDocument>; destroy(): Promise<void> };
};

export type PdfDocument = {
  readonly numPages: number;
  getPage(number: number): Promise<{
    getTextContent(): Promise<{
      readonly items: readonly (
        | { readonly str: string; readonly hasEOL: boolean }
        | { readonly type: string }
      )[];
    }>;
    cleanup(): unknown;
  }>;
  getMetadata(): Promise<{ readonly info: object }>;
};

/** Loaded when the first PDF comes. */
export const loadPdfJs = async (): Promise<PdfJs> => (await import('unpdf/pdfjs')) as unknown as PdfJs;
