import { type Embedder, type OpenResult, openEmbedder } from '@memvisor/embedding';

/** The model that questions are embedded with: opened with the first question, and kept for all archives. */
export class Model {
  #opening: Promise<OpenResult<Embedder>> | undefined;

  readonly open = (): Promise<OpenResult<Embedder>> => {
    this.#opening ??= openEmbedder().then((opened) => {
      // It may be possible the next time.
      if (!opened.ok) this.#opening = undefined;
      return opened;
    });
    return this.#opening;
  };

  async close(): Promise<void> {
    const opened = await this.#opening;
    if (opened?.ok === true) await opened.embedder.close();
  }
}
