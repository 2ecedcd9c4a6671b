export { type BenchOptions, type BenchRow, benchEmbedding } from './bench-embedding.js';
