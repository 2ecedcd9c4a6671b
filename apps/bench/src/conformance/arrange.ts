import { byBytes, canonical, isPlain } from './terms.js';
import type { Event } from './world.js';

/** How the events of one entry are ordered before they are compared. */
export type Order = 'observer' | 'sorted' | 'global';

export const arrange = (events: readonly Event[], order: Order): readonly Event[] => {
  if (order === 'global') return events;
  if (order === 'sorted') return sortedBy(events, canonical);
  return byObserver(events);
};

const sortedBy = <T>(values: readonly T[], text: (value: T) => string): T[] =>
  values
    .map((value) => ({ value, text: text(value) }))
    .sort((a, b) => byBytes(a.text, b.text))
    .map(({ value }) => value);

const isSignal = (event: Event): boolean => event.ev === 'EXIT' || event.ev === 'DOWN';

/** OTP orders signals between a pair of processes only: within a run of them the senders' labels decide. */
const byObserver = (events: readonly Event[]): Event[] => {
  const sorted = sortedBy(events, ({ at }) => at);
  const result: Event[] = [];
  for (let start = 0; start < sorted.length; ) {
    const first = sorted[start] as Event;
    let end = start + 1;
    while (end < sorted.length && isSignal(first) && sameRun(first, sorted[end] as Event)) end++;
    result.push(...sortedBy(sorted.slice(start, end), senderAndKind));
    start = end;
  }
  return result;
};

const sameRun = (first: Event, event: Event): boolean => isSignal(event) && event.at === first.at;

const senderAndKind = (event: Event): string => {
  const { from, ev } = event;
  const sender = from !== undefined && isPlain(from) ? String(from.pid) : '';
  // No label contains a line feed, so that a label never sorts among longer ones.
  return `${sender}\n${ev}`;
};
