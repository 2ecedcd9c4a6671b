// What the observer page is told and what it may ask; the page's own script takes its types from here.

/** One line of the supervision tree. */
export interface Row {
  /** The process's pid; of a child without a process, its supervisor's pid and its own id. */
  readonly id: string;
  /** From 1. */
  readonly level: number;
  /** What people call it: its child id, its registered name or what it is. */
  readonly title: string;
  /** `gen_server`, `supervisor` …; none without a process. */
  readonly kind: string | undefined;
  readonly pid: string | undefined;
  readonly status: 'waiting' | 'running' | 'suspended' | 'restarting' | 'stopped';
  /** Messages that wait. */
  readonly mailbox: number;
  readonly restarts: number;
  /** How many rows are directly under it, and how many more there are that are not shown. */
  readonly children: number;
  readonly omitted: number;
}

/** The tree as it is now, or what has changed since the last time. */
export interface TreeUpdate {
  /** All rows, or those that have changed. */
  readonly rows: readonly Row[];
  /** Every row's id from top to bottom; absent while it is as it was. */
  readonly order?: readonly string[];
  readonly processes: number;
  /** Of the whole program, as the system sees it. */
  readonly rssBytes: number;
}

/** Something that went wrong, or was done about it. */
export interface FeedEntry {
  /** Grows; the same number again is the same entry with a higher `times`. */
  readonly number: number;
  readonly at: string;
  readonly kind: 'crash' | 'restart' | 'gave up' | 'build';
  readonly text: string;
  /** How often in a row. */
  readonly times: number;
}

/** One encoder's build. */
export interface Build {
  readonly name: string;
  readonly state: 'building' | 'completed' | 'failed';
  readonly stage: string;
  readonly done: number;
  readonly total: number | undefined;
  /** Of a failed one: why. */
  readonly reason?: string;
}

/** What goes over the event stream, by the name of the event. */
export interface PageEvents {
  readonly tree: TreeUpdate;
  /** The latest, oldest first. */
  readonly feed: readonly FeedEntry[];
  readonly builds: readonly Build[];
  /** File names of the videos in the folder. */
  readonly archives: readonly string[];
}

/** Asked of `/act`. `start` is for a child without a process. */
export interface ActRequest {
  readonly id: string;
  readonly action: 'stop' | 'kill' | 'start';
}

/** Asked of `/encode`: a text becomes `<name>.mp4` in the folder. */
export interface EncodeRequest {
  readonly name: string;
  readonly text: string;
}

/** Asked of `/search`. */
export interface SearchRequest {
  readonly archive: string;
  readonly question: string;
}

/** What `/search` answers. */
export interface SearchReply {
  readonly milliseconds: number;
  readonly results: readonly {
    readonly citation: string;
    /** The part that the question is about; `null` where the frame can't be read; then `unreadable` says why. */
    readonly text: string | null;
    readonly unreadable?: string;
    readonly frame: number;
    readonly seconds: number;
  }[];
}
