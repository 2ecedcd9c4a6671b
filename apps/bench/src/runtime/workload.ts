/** The systems that are compared. */
export const systems = ['memvisor', 'nact', 'xstate', 'beam'] as const;
export type SystemName = (typeof systems)[number];

/** What one run of a workload gives: a number for each of its metrics. */
export type Metrics = Readonly<Record<string, number>>;

/** Runs one workload once, at the given size. */
export type Run = (size: number) => Promise<Metrics>;

/** The workloads that one system can do, by name. */
export type Runs = Readonly<Record<string, Run>>;

/** What is measured, in which unit, and which way is better. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** It is of the whole workload, so that figures of different sizes can't be compared. */
  readonly whole?: boolean;
}

/** How large a workload is in a full and in a quick run. */
export interface Size {
  readonly full: number;
  readonly quick: number;
}

/** A workload, as data: how it is done is each system's own file. */
export interface Workload {
  readonly name: string;
  /** What is done, in one line. `N` is the size. */
  readonly title: string;
  readonly size: Size;
  /** The size of the run before each measured one; 0: none. Default: a tenth, or 20,000 where that is more. */
  readonly warmUp?: Size;
  readonly metrics: readonly Metric[];
  /** For each peer: `true` at the same size, a smaller size of its own with the reason, or why it can't. */
  readonly peers: Readonly<Record<Exclude<SystemName, 'memvisor'>, true | (Size & { why: string }) | string>>;
}

/** The size that a system runs a workload at; the reason when it does not. */
export const sizeFor = (workload: Workload, system: SystemName, quick: boolean): number | string => {
  const peer = system === 'memvisor' ? true : workload.peers[system];
  if (typeof peer === 'string') return peer;
  const { full, quick: small } = peer === true ? workload.size : peer;
  return quick ? small : full;
};

/** The size of the run before a measured one: enough for compilers to have seen what is hot. */
export const warmUpFor = (workload: Workload, system: SystemName, quick: boolean): number => {
  const size = sizeFor(workload, system, quick) as number;
  const { warmUp } = workload;
  const own = size === sizeFor(workload, 'memvisor', quick) || warmUp?.full === 0;
  // What takes another system long at the usual size takes it long to warm up as well.
  if (warmUp !== undefined && own) return quick ? warmUp.quick : warmUp.full;
  return Math.min(size, Math.max(20_000, Math.ceil(size / 10)));
};
