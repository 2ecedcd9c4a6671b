// Configuration.

// Cutting text.
export { chunkStream, chunkText } from './chunking/chunk-text.js';
export type { ChunkingOptions, TextChunk } from './chunking/text-chunk.js';
export { type CheckedConfig, checkConfig, type EncoderConfig } from './config/config.js';
