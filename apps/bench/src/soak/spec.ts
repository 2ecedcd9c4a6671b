// What the trees of the soak are made of, as plain data.
import type { AutoShutdown, RestartType, Shutdown, Strategy } from '@memvisor/supervisor';
import { type Chance, chanceFrom } from './chance.js';

export type WorkerKind = 'server' | 'trapper' | 'machine' | 'stubborn';
export type GroupKind = 'supervisor' | 'dynamic' | 'tasks' | 'registry';

interface Common {
  /** Unique in the whole run. */
  readonly id: number;
  readonly restart: RestartType;
  readonly significant: boolean;
}

/** A process that does what it is told. */
export interface WorkerSpec extends Common {
  readonly kind: WorkerKind;
  readonly shutdown: Shutdown;
  /** What it is registered under by its start. */
  readonly name: string | undefined;
}

/** A supervisor; of a static one with its children. */
export interface GroupSpec extends Common {
  readonly kind: GroupKind;
  readonly strategy: Strategy;
  readonly maxRestarts: number;
  readonly autoShutdown: AutoShutdown;
  readonly maxChildren: number;
  readonly children: readonly Spec[];
  /** A registry's name. */
  readonly name: string | undefined;
}

export type Spec = WorkerSpec | GroupSpec;

export const isGroup = (spec: Spec): spec is GroupSpec => 'children' in spec;

/** The period of every restart budget. */
export const maxSeconds = 5;
/** For supervisors that never give up. */
const never = 1_000_000;
/** A stubborn worker is killed after so many milliseconds. */
export const stubbornMs = 10;

/** Makes specs with ids of their own. */
export class SpecMaker {
  private lastId = 0;
  private stubborn = 0;

  constructor(private readonly chance: Chance) {}

  worker(
    choice: number,
    within: { readonly strategy: Strategy; readonly autoShutdown: AutoShutdown },
  ): WorkerSpec {
    const chance = chanceFrom(choice);
    const restart = chance.oneOf<RestartType>(['permanent', 'permanent', 'transient', 'temporary']);
    const kind = this.workerKind(chance);
    return {
      id: ++this.lastId,
      kind,
      restart,
      significant: within.autoShutdown !== 'never' && restart !== 'permanent' && chance.below(2) === 0,
      shutdown: kind === 'stubborn' ? stubbornMs : chance.below(8) === 0 ? 'brutal_kill' : 5000,
      name: undefined,
    };
  }

  /** Few of them: each costs the clock time to stop, and a second must hold the time of all. */
  private workerKind(chance: Chance): WorkerKind {
    const kind = chance.oneOf<WorkerKind>(['server', 'server', 'server', 'trapper', 'machine', 'stubborn']);
    if (kind !== 'stubborn') return kind;
    return chance.below(5) === 0 && this.stubborn++ < 12 ? 'stubborn' : 'server';
  }

  dynamic(): GroupSpec {
    return {
      ...this.group('dynamic', 'one_for_one'),
      maxRestarts: this.chance.oneOf([2, 5, 20]),
      maxChildren: this.chance.oneOf([Number.POSITIVE_INFINITY, 60]),
    };
  }

  /** A static supervisor with children of all kinds, down to `depth` levels. */
  supervisor(depth: number, named: boolean): GroupSpec {
    const { chance } = this;
    const strategy = chance.oneOf<Strategy>(['one_for_one', 'one_for_all', 'rest_for_one']);
    const autoShutdown =
      strategy === 'one_for_one'
        ? chance.oneOf<AutoShutdown>(['never', 'never', 'any_significant', 'all_significant'])
        : 'never';
    const children: Spec[] = [];
    for (let left = 3 + chance.below(6); left > 0; left--) {
      const nested = depth > 0 && chance.below(3) === 0;
      if (nested) children.push(chance.below(3) === 0 ? this.dynamic() : this.supervisor(depth - 1, false));
      else children.push(this.worker(chance.below(1 << 20), { strategy, autoShutdown }));
    }
    return {
      ...this.group('supervisor', strategy),
      // How many restarts a chain of failures costs depends on its order under rest_for_one: it has plenty.
      maxRestarts: strategy === 'rest_for_one' ? never : chance.oneOf([1, 3, 10]),
      autoShutdown,
      children: named ? children.map(withName) : children,
    };
  }

  tasks(): GroupSpec {
    return this.group('tasks', 'one_for_one');
  }

  registry(name: string, strategy: 'one_for_all' | 'one_for_one'): GroupSpec {
    return { ...this.group('registry', strategy), restart: 'permanent', maxRestarts: 3, name };
  }

  root(children: readonly Spec[]): GroupSpec {
    return { ...this.group('supervisor', 'one_for_one'), maxRestarts: never, children };
  }

  private group(kind: GroupKind, strategy: Strategy): GroupSpec {
    return {
      id: ++this.lastId,
      kind,
      restart: this.chance.below(4) === 0 ? 'transient' : 'permanent',
      significant: false,
      strategy,
      maxRestarts: 3,
      autoShutdown: 'never',
      maxChildren: Number.POSITIVE_INFINITY,
      children: [],
      name: undefined,
    };
  }
}

/** Only workers that end at once get a name: whoever is started in their place finds it free. */
const withName = (spec: Spec): Spec =>
  spec.kind === 'server' || spec.kind === 'machine' ? { ...spec, name: `spec ${spec.id}` } : spec;

const sizeOf = (spec: Spec): number =>
  isGroup(spec) ? 1 + spec.children.reduce((sum, one) => sum + sizeOf(one), 0) : 1;

export const uniqueName = 'unique';
export const duplicateName = 'duplicate';

/** A root over static and dynamic supervisors, registries and a supervisor of tasks. The same shape is the same tree. */
export const treeOf = (
  shape: number,
  size: number,
): { readonly root: GroupSpec; readonly maker: SpecMaker } => {
  const chance = chanceFrom(shape);
  const maker = new SpecMaker(chance);
  const children: Spec[] = [
    maker.registry(uniqueName, 'one_for_all'),
    maker.registry(duplicateName, 'one_for_one'),
    { ...maker.tasks(), restart: 'permanent' },
  ];
  for (let i = 0; i < 8; i++) children.push(maker.supervisor(0, true));
  for (let i = 0; i < 8; i++) children.push({ ...maker.dynamic(), restart: 'permanent', maxRestarts: 20 });
  for (let left = size; left > 0; ) {
    const branch = maker.supervisor(2, false);
    children.push(branch);
    left -= sizeOf(branch);
  }
  return { root: maker.root(children), maker };
};
