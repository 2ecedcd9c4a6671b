import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * What became of a file that was opened.
 *
 * - `same`: nothing
 * - `written`: it was written to
 * - `elsewhere`: another file has its name now, or none has; who holds it open still has the first
 */
export type FileState = 'same' | 'written' | 'elsewhere';

/** A file as it was when it was opened. */
export class OpenedFile {
  constructor(
    readonly path: string,
    private known: BigIntStats,
  ) {}

  /** What became of it. Takes some 50 µs. */
  async now(): Promise<{ readonly state: FileState; readonly stats: BigIntStats | undefined }> {
    const stats = await stat(this.path, { bigint: true }).catch(() => undefined);
    const { dev, ino, size, mtimeNs } = this.known;
    if (stats === undefined || stats.dev !== dev || stats.ino !== ino) return { state: 'elsewhere', stats };
    return { state: stats.size === size && stats.mtimeNs === mtimeNs ? 'same' : 'written', stats };
  }

  /** Takes the file as it is now for the one that was opened. */
  accept(stats: BigIntStats | undefined): void {
    this.known = stats ?? this.known;
  }
}
