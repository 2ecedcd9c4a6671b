import { describeEncoderFailure, type EncoderEvent } from '@memvisor/encoder';
import type { Build } from './messages.js';

/** Builds that are kept, the latest. */
const most = 20;

/** How far each encoder is. */
export class Builds {
  readonly #builds = new Map<string, Build>();
  readonly #toldMs = new Map<string, number>();

  /** Oldest first. */
  get list(): readonly Build[] {
    return [...this.#builds.values()];
  }

  /** Takes note of an encoder's event; whether pages should hear of it now: progress at most four times a second. */
  note(event: EncoderEvent): boolean {
    const key = String(event.encoder);
    if (event.type === 'encoder_progress') {
      const { indexName: name, stage, done, total } = event;
      this.#put(key, { name, state: 'building', stage, done, total });
      const now = performance.now();
      if (now - (this.#toldMs.get(key) ?? Number.NEGATIVE_INFINITY) < 250) return false;
      this.#toldMs.set(key, now);
      return true;
    }
    if (event.state === 'building') {
      this.#put(key, { name: event.indexName, state: 'building', stage: 'start', done: 0, total: undefined });
      return true;
    }
    const build = this.#builds.get(key);
    if (build === undefined || build.state !== 'building') return false;
    if (event.failure !== undefined)
      this.#put(key, { ...build, state: 'failed', reason: describeEncoderFailure(event.failure) });
    else if (event.state === 'completed') this.#put(key, { ...build, state: 'completed' });
    return true;
  }

  #put(key: string, build: Build): void {
    this.#builds.set(key, build);
    if (this.#builds.size <= most) return;
    for (const oldest of this.#builds.keys()) {
      this.#builds.delete(oldest);
      this.#toldMs.delete(oldest);
      return;
    }
  }
}
