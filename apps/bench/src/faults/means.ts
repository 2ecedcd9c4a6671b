import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findFfmpeg } from '@memvisor/codec';
import {
  describeEmbeddingFailure,
  type Embedder,
  openEmbedder,
  type PartitionedEmbedder,
} from '@memvisor/embedding';
import { hashEmbedder } from '@memvisor/embedding/testing';
import type { Chance } from '../soak/chance.js';
import { PortWatch } from './ports.js';
import { writeText } from './text.js';

/** What all rounds of a run share. */
export class Means {
  readonly watch = new PortWatch();
  readonly hashing: Embedder = hashEmbedder({ dimensions: 16 });
  /** What every build reads; with the real model a part of it. */
  readonly text: string;
  readonly shortText: string;
  /** An archive: what stands there before each round. */
  readonly previous: string;
  /** Digests of all texts of a clean build. */
  readonly references: { whole: string | undefined; short: string | undefined } = {
    whole: undefined,
    short: undefined,
  };
  #partitions: PartitionedEmbedder | undefined;

  private constructor(
    /** Everything that the run writes is below it. */
    readonly folder: string,
    /** Of the run's processes. */
    readonly mark: string,
    readonly ffmpeg: string,
    chance: Chance,
  ) {
    this.text = writeText(chance, 5000);
    this.shortText = this.text.slice(0, 20_000);
    this.previous = join(folder, 'previous');
  }

  static async create(folder: string, mark: string, chance: Chance): Promise<Means> {
    const found = await findFfmpeg({ path: join(folder, 'm.mp4') });
    if (!found.ok) throw new Error('there is no ffmpeg to break');
    const means = new Means(folder, mark, found.value.program, chance);
    mkdirSync(means.previous);
    mkdirSync(join(folder, 'empty'));
    return means;
  }

  /** Keeps an archive as what stands there before each round. */
  keepPrevious(out: string): void {
    for (const name of ['m.mp4', 'm.mvx']) copyFileSync(join(out, name), join(this.previous, name));
  }

  /** The real model in two processes; opened when it is first asked for. */
  async partitions(): Promise<PartitionedEmbedder> {
    if (this.#partitions === undefined) {
      const opened = await openEmbedder({ partitions: 2 });
      if (!opened.ok) throw new Error(describeEmbeddingFailure(opened.failure));
      this.#partitions = opened.embedder;
    }
    return this.#partitions;
  }

  /** Processes of the model, which outlive rounds. */
  get partitionPids(): readonly number[] {
    return this.#partitions?.partitions().flatMap(({ osPid }) => osPid ?? []) ?? [];
  }

  get hasPartitions(): boolean {
    return this.#partitions !== undefined;
  }

  async close(): Promise<void> {
    await this.#partitions?.close();
  }
}
