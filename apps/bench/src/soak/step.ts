// One operation as fast-check runs it: on the model and on the runtime, then a look at both.

import { processInfo } from '@memvisor/supervisor';
import type { AsyncCommand } from 'fast-check';
import { compareAll, compareEnds } from './compare.js';
import type { Model } from './model.js';
import { react } from './model-supervision.js';
import type { Operation, Picks } from './operation.js';
import { passTime } from './pass-time.js';
import { stubbornMs } from './spec.js';
import type { World } from './world.js';

/** Operations between two looks at everything. */
const full = 50;
/** The longest that all stops of one operation take together. */
const longestStopMs = 600;

/** What a run counts. */
export class Tally {
  operations = 0;
  comparisons = 0;
  fewest = Number.POSITIVE_INFINITY;
  most = 0;
  restarts = 0;
  givenUp = 0;
  started = 0;
  readonly byName = new Map<string, number>();
  /** What was done, in words, where somebody wants to know. */
  log: string[] | undefined;

  count(name: string, { alive, born, restarts, givenUp }: Model): void {
    this.operations++;
    this.restarts += restarts;
    this.givenUp += givenUp;
    this.started += born.length;
    this.fewest = Math.min(this.fewest, alive.length);
    this.most = Math.max(this.most, alive.length);
    this.byName.set(name, (this.byName.get(name) ?? 0) + 1);
  }
}

export class Step implements AsyncCommand<Model, World> {
  constructor(
    private readonly operation: Operation,
    private readonly picks: Picks,
    private readonly tallyOf: () => Tally,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.operation.choose(model as Model, this.picks) !== undefined;
  }

  async run(model: Model, world: World): Promise<void> {
    await makeTime(model, world);
    const { operation, picks } = this;
    const tally = this.tallyOf();
    const target = operation.choose(model, picks);
    if (target === undefined) return;
    tally.log?.push(`${operation.name} ${operation.describe(target)}`);
    const check = operation.run(target, model, world);
    await rest(model, world);
    await check?.();
    tally.count(operation.name, model);
    model.restarts = 0;
    model.givenUp = 0;
    compareEnds(model, world);
    if (tally.operations % full === 0) {
      tally.comparisons++;
      compareAll(model, world);
    }
  }

  toString(): string {
    const { a, b, c } = this.picks;
    return `${this.operation.name}(${a}, ${b}, ${c})`;
  }
}

/** Both sides carry out what follows. Stops that need time get it. */
export const rest = async (model: Model, world: World): Promise<void> => {
  react(model);
  await world.system.settled();
  for (let left = longestStopMs; left > 0 && !isAtRest(model, world); left -= stubbornMs) {
    model.now += stubbornMs;
    await world.clock.advance(stubbornMs);
  }
  model.slowStops = 0;
};

/** While one supervisor waits for a stubborn child, others may still restart what they then have to stop. */
const isAtRest = ({ alive, slowStops }: Model, { system }: World): boolean => {
  if (system.processCount !== alive.length) return false;
  if (slowStops > 0)
    for (const pid of system.processes()) if (processInfo(pid)?.status === 'running') return false;
  return true;
};

/** Before what may need time: brings the clock to where there is enough of it before the next timer. */
export const makeTime = async (model: Model, world: World): Promise<void> => {
  const phase = model.now % 1000;
  if (phase + longestStopMs >= 1000) await advance(model, world, 1000 - phase);
};

/** Time passes: timers come in their order. */
export const advance = async (model: Model, world: World, ms: number): Promise<void> => {
  passTime(model, ms);
  await world.clock.advance(ms);
};
