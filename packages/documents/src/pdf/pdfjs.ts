/** What is used of pdf.js; the types that unpdf ships do not resolve in an ES module. */
export type PdfJs = {
  getDocument(options: {
    readonly data: Uint8Array;
    readonly verbosity: number;
    readonly disableFontFace: boolean;
    readonly useSystemFonts: boolean;
    readonly isEvalSupported: boolean;
    readonly useWorkerFetch: boolean;
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
