import type { ServerResponse } from 'node:http';
import { type EncoderEvent, subscribeToEncoders } from '@memvisor/encoder';
import { observer, subscribe } from '@memvisor/supervisor';
import { Builds } from './builds.js';
import { Feed } from './feed.js';
import type { PageEvents, Row, TreeUpdate } from './messages.js';
import { changes, type Place, rowsOf } from './tree-rows.js';

/** How often pages are told of what no event tells, such as the length of a mailbox, in milliseconds. */
const lookMs = 1000;
/** Least time between two looks at the tree: a restart storm is many events. */
const restMs = 200;
/** Of the time, looking takes no more than one part in this many: a million processes take a second to look at. */
const lookShare = 20;
/** A comment this often has a lost connection found by both sides. */
const beatMs = 15_000;
/** Children of one process that are shown. */
const maxChildren = 2000;

/** Tells every open page what happens, from the moment that it opens. Costs nothing while none is. */
export class Stream {
  readonly #pages = new Set<ServerResponse>();
  readonly #feed = new Feed();
  readonly #builds = new Builds();
  readonly #archives: () => Promise<readonly string[]>;
  readonly #ends: (() => void)[];
  #known = new Map<string, Row>();
  #places: ReadonlyMap<string, Place> = new Map();
  #timers: NodeJS.Timeout[] = [];
  #pending: NodeJS.Timeout | undefined;
  /** Before this the tree is not looked at again. */
  #restUntil = 0;

  /** @param archives gives the names of the videos that there are */
  constructor(archives: () => Promise<readonly string[]>) {
    this.#archives = archives;
    this.#ends = [
      subscribe(
        (event) => {
          this.#soon();
          if (this.#feed.note(event)) this.#send('feed', this.#feed.entries.slice(-2));
        },
        ['spawn', 'exit', 'restart', 'restart_intensity_exceeded'],
      ),
      subscribeToEncoders((event) => this.#onEncoder(event)),
    ];
  }

  /** What a row that some page shows stands for. */
  placeOf(id: string): Place | undefined {
    return this.#places.get(id);
  }

  /** Keeps a page told until it goes. */
  async open(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    // A page that was disconnected comes back after this many milliseconds.
    response.write('retry: 1000\n\n');
    const { rows, ...rest } = this.#look();
    this.#write(response, 'tree', { ...rest, rows, order: rows.map(({ id }) => id) });
    this.#write(response, 'feed', this.#feed.entries);
    this.#write(response, 'builds', this.#builds.list);
    this.#pages.add(response);
    response.once('close', () => {
      this.#pages.delete(response);
      if (this.#pages.size === 0) this.#sleep();
    });
    if (this.#timers.length === 0)
      this.#timers = [
        setInterval(() => this.#soon(), lookMs),
        setInterval(() => {
          for (const page of this.#pages) page.write(': still here\n\n');
        }, beatMs),
      ];
    this.#write(response, 'archives', await this.#archives());
  }

  /** Ends every page's connection, and listens no more. */
  close(): void {
    for (const end of this.#ends) end();
    for (const page of this.#pages) page.end();
    this.#pages.clear();
    this.#sleep();
  }

  #sleep(): void {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#pending);
    this.#timers = [];
    this.#pending = undefined;
    this.#known = new Map();
  }

  #onEncoder(event: EncoderEvent): void {
    if (this.#feed.noteBuild(event)) this.#send('feed', this.#feed.entries.slice(-2));
    if (!this.#builds.note(event)) return;
    this.#send('builds', this.#builds.list);
    if (event.type === 'encoder_state' && event.state === 'completed')
      void this.#archives().then((names) => this.#send('archives', names));
  }

  /** Tells of the tree in a moment, once for however many events come until then. */
  #soon(): void {
    if (this.#pages.size === 0 || this.#pending !== undefined) return;
    const waitMs = Math.max(0, this.#restUntil - performance.now());
    this.#pending = setTimeout(() => this.#tell(), waitMs);
  }

  #tell(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    const before = this.#known;
    const { rows, processes, rssBytes } = this.#look();
    const changed = changes(before, rows);
    if (changed !== undefined) this.#send('tree', { ...changed, processes, rssBytes });
  }

  #look(): TreeUpdate {
    const began = performance.now();
    const { rows, places } = rowsOf(observer.tree({ maxChildren }));
    this.#known = new Map(rows.map((row) => [row.id, row]));
    this.#places = places;
    const now = performance.now();
    this.#restUntil = now + Math.max(restMs, (now - began) * lookShare);
    const processes = rows.reduce((sum, { pid, omitted }) => sum + (pid === undefined ? 0 : 1) + omitted, 0);
    return { rows, processes, rssBytes: process.memoryUsage.rss() };
  }

  #send<Name extends keyof PageEvents>(name: Name, data: PageEvents[Name]): void {
    for (const page of this.#pages) this.#write(page, name, data);
  }

  #write<Name extends keyof PageEvents>(page: ServerResponse, name: Name, data: PageEvents[Name]): void {
    // A page that does not keep up is let go: it comes back and is told everything anew.
    if (page.writableLength > 16_000_000) page.destroy();
    else page.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
