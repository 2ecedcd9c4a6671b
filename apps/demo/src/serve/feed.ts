import { describeEncoderFailure, type EncoderEvent } from '@memvisor/encoder';
import { describeReason, isOrderly, type TelemetryEvent } from '@memvisor/supervisor';
import type { FeedEntry } from './messages.js';

/** Entries that are kept. */
const most = 200;

/** What went wrong lately. The same thing again and again, as in a restart storm, is one entry that counts. */
export class Feed {
  readonly #entries: FeedEntry[] = [];
  #number = 0;

  /** The latest, oldest first. */
  get entries(): readonly FeedEntry[] {
    return this.#entries;
  }

  /** Takes note of an event of the runtime; whether it was worth it. */
  note(event: TelemetryEvent): boolean {
    switch (event.type) {
      case 'exit':
        if (isOrderly(event.reason)) return false;
        return this.#add('crash', `${event.label} ended: ${describeReason(event.reason)}`);
      case 'restart':
        return this.#add(
          'restart',
          `${String(event.childId ?? 'a child')} is started again (up to ${event.maxRestarts} restarts in ${event.maxSeconds} s)`,
        );
      case 'restart_intensity_exceeded':
        return this.#add(
          'gave up',
          `supervisor ${event.supervisor} gives up, more than ${event.maxRestarts} restarts in ${event.maxSeconds} s; last: ${describeReason(event.reason)}`,
        );
      default:
        return false;
    }
  }

  /** Takes note of a build that failed. */
  noteBuild(event: EncoderEvent): boolean {
    if (event.type !== 'encoder_state' || event.failure === undefined) return false;
    return this.#add('build', `${event.indexName}: ${describeEncoderFailure(event.failure)}`);
  }

  #add(kind: FeedEntry['kind'], text: string): true {
    const at = new Date().toISOString();
    // One of the last two: a crash and its restart take turns.
    const known = this.#entries.findIndex(
      (entry, index) => index >= this.#entries.length - 2 && entry.kind === kind && entry.text === text,
    );
    const again = this.#entries[known];
    if (again !== undefined) this.#entries[known] = { ...again, at, times: again.times + 1 };
    else this.#entries.push({ number: this.#number++, at, kind, text, times: 1 });
    if (this.#entries.length > most) this.#entries.shift();
    return true;
  }
}
