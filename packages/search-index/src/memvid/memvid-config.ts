/**
 * memvid v1's default configuration, which it writes into every index and takes over when it loads one. Of it we set
 * what the vectors are; the rest is memvid's business.
 */
export const memvidConfig = (model: string, dimension: number) => ({
  qr: {
    version: 35,
    error_correction: 'M',
    box_size: 5,
    border: 3,
    fill_color: 'black',
    back_color: 'white',
  },
  codec: 'h265',
  chunking: { chunk_size: 1024, overlap: 32 },
  retrieval: { top_k: 5, batch_size: 100, max_workers: 4, cache_size: 1000 },
  embedding: { model, dimension },
  index: { type: 'Flat', nlist: 100 },
  llm: { model: 'gemini-2.0-flash-exp', max_tokens: 8192, temperature: 0.1, context_window: 32000 },
  chat: { max_history: 10, context_chunks: 5 },
  performance: { prefetch_frames: 50, decode_timeout: 10 },
});

/** The model that memvid v1 embeds chunks and questions with unless it is told another, and its dimensions. */
export const memvidModel = { name: 'all-MiniLM-L6-v2', dimensions: 384 };
