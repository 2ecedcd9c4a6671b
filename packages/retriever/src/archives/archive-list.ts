import type { AnyPid } from '@memvisor/supervisor';
import { expandArchives } from './expand.js';
import { ArchiveKeeper, type KeeperSettings } from './keeper.js';
import type { ArchivesSettings } from './options.js';
import type { OwnerContext } from './owner-context.js';
import type { SharedEmbedder } from './shared-embedder.js';

/** What is to be searched at the moment. */
export interface CurrentArchives {
  readonly keepers: readonly ArchiveKeeper[];
  /** Patterns that no video matches. */
  readonly unmatched: readonly string[];
}

/** The archives that paths and patterns stand for, looked for again now and then. */
export class ArchiveList {
  readonly #settings: ArchivesSettings;
  readonly #embedder: SharedEmbedder['forEach'];
  readonly #ctx: OwnerContext;
  readonly #inTurn: KeeperSettings['inTurn'];
  readonly #keepers = new Map<string, ArchiveKeeper>();
  #current: Promise<CurrentArchives> | undefined;
  #lookedAt = 0;

  constructor(
    settings: ArchivesSettings,
    embedding: SharedEmbedder,
    ctx: OwnerContext,
    inTurn: KeeperSettings['inTurn'],
  ) {
    this.#settings = settings;
    this.#embedder = embedding.forEach;
    this.#ctx = ctx;
    this.#inTurn = inTurn;
  }

  /** Opens all that there are, as far as they open in time. */
  async open(): Promise<void> {
    const { keepers } = await this.current();
    await Promise.all(keepers.map((keeper) => keeper.ready(this.#settings.openTimeoutMs)));
  }

  /** All archives: those that were known, and what patterns find now. One that was found stays, gone or not. */
  current(): Promise<CurrentArchives> {
    const now = performance.now();
    if (this.#current === undefined || now - this.#lookedAt >= this.#settings.reopenAfterMs) {
      this.#lookedAt = now;
      this.#current = this.#look();
    }
    return this.#current;
  }

  /** By the name that results give. */
  find(archive: string): ArchiveKeeper | undefined {
    return this.#keepers.get(archive);
  }

  ended(pid: AnyPid): void {
    for (const keeper of this.#keepers.values()) keeper.ended(pid);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#keepers.values()].map((keeper) => keeper.close()));
  }

  async #look(): Promise<CurrentArchives> {
    const { archives, cacheSize = 200, decoders = 1, ffmpegPath } = this.#settings;
    const { archiveTimeoutMs, reopenAfterMs } = this.#settings;
    const { paths, unmatched } = await expandArchives(archives);
    for (const video of paths) {
      if (this.#keepers.has(video)) continue;
      const options = {
        video,
        cacheSize,
        decoders,
        otherModel: 'words' as const,
        ...(this.#embedder === undefined ? {} : { embedder: this.#embedder }),
        ...(ffmpegPath === undefined ? {} : { ffmpegPath }),
      };
      const settings = { archiveTimeoutMs, reopenAfterMs, inTurn: this.#inTurn };
      this.#keepers.set(video, new ArchiveKeeper(options, settings, this.#ctx));
    }
    return { keepers: [...this.#keepers.values()], unmatched };
  }
}
