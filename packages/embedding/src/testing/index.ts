export { type HashEmbedderOptions, hashEmbedder } from './hash-embedder.js';
