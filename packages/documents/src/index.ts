// Files as texts with positions.

export type { Document, DocumentPiece } from './document.js';
// What can go wrong.
export {
  DocumentError,
  type DocumentFailure,
  type DocumentResult,
  describeDocumentFailure,
} from './failure.js';
export { type FindDocumentsOptions, findDocuments } from './find-documents.js';
export { type DocumentFormat, documentExtensions, formatOfName } from './formats.js';
// Reading.
export {
  type DocumentReaderProtocol,
  type DocumentReaderRef,
  documentReader,
  documentReaderSpec,
  readDocument,
} from './reader/document-reader.js';
export type { DocumentReaderOptions } from './reader/options.js';
export { decodeText } from './text/decode.js';
