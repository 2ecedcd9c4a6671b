// Random programs on a whole tree, each followed by its end, until so many operations have been done.
import fc from 'fast-check';
import { compareAll, compareEnds } from './compare.js';
import { Model } from './model.js';
import { startMember, terminate } from './model-supervision.js';
import { type Operation, type Picks, Violation } from './operation.js';
import { startDynamicChild } from './operations/children.js';
import { operations as all } from './operations/index.js';
import { treeOf } from './spec.js';
import { makeTime, rest, Step, Tally } from './step.js';
import { World } from './world.js';

export interface SoakOptions {
  readonly seed: number;
  /** Operations to do at least; programs are run to their end. */
  readonly operations: number;
  /** Where there is a time limit, no program begins after it. Milliseconds. */
  readonly timeLimitMs?: number;
  /** Processes that a tree begins with, at least. */
  readonly processes?: number;
  /** Operations of a program, at most. */
  readonly programLength?: number;
  /** What can happen. Default: everything. */
  readonly possible?: readonly Operation[];
  readonly onProgram?: (tally: Tally) => void;
}

export interface SoakFailure {
  readonly message: string;
  /** The shape of the tree and the operations, in words, of the smallest program that fails. */
  readonly shape: number;
  readonly program: readonly string[];
}

export interface SoakResult {
  readonly tally: Tally;
  readonly programs: number;
  readonly failure: SoakFailure | undefined;
}

/** For how long a failing program is made smaller. */
const shrinkMs = 60_000;
const dynamicChildren = 8;

interface Side {
  readonly model: Model;
  readonly real: World;
}

const begin = async (shape: number, processes: number): Promise<Side> => {
  // Dynamic supervisors are filled up to the rest.
  const { root, maker } = treeOf(shape, Math.floor(processes * 0.9));
  const model = new Model(maker);
  const real = new World();
  model.root = startMember(model, root, undefined);
  await real.start(root);
  compareEnds(model, real);
  const checks = model.alive
    .filter(({ kind }) => kind === 'dynamic')
    .flatMap((supervisor) =>
      Array.from({ length: dynamicChildren }, (_none, i) =>
        startDynamicChild(model, real, { supervisor, choice: i + 1 }),
      ),
    );
  await rest(model, real);
  for (const check of checks) await check();
  compareEnds(model, real);
  compareAll(model, real);
  return { model, real };
};

/** Ends everything in good order; nothing may be left. */
const finish = async ({ model, real }: Side): Promise<void> => {
  compareAll(model, real);
  await makeTime(model, real);
  const root = model.root.pid;
  if (root === undefined) throw new Violation('the root has no pid');
  const stopped = real.system.stop(root, 'shutdown');
  terminate(model, model.root, 'shutdown');
  await rest(model, real);
  await stopped;
  compareEnds(model, real);
  compareAll(model, real);
  for (const member of [...model.alive]) {
    if (member.pid !== undefined) real.system.exit(member.pid, 'kill');
    model.end(member, 'killed');
  }
  for (const call of [...model.calls]) model.settle(call, 'timeout');
  await rest(model, real);
  compareEnds(model, real);
  const left = [...real.system.processes()];
  if (left.length > 0 || real.clock.pending > 0)
    throw new Violation(`left at the end: processes ${left.join(' ')}, ${real.clock.pending} timers`);
};

const runProgram = async (
  shape: number,
  processes: number,
  steps: Iterable<fc.AsyncCommand<Model, World>>,
): Promise<void> => {
  const side = await begin(shape, processes);
  try {
    await fc.asyncModelRun(() => side, steps);
    await finish(side);
  } finally {
    await side.real.close();
  }
};

export const soak = async ({
  seed,
  operations,
  timeLimitMs = Number.POSITIVE_INFINITY,
  processes = 1000,
  programLength = 1000,
  possible = all,
  onProgram,
}: SoakOptions): Promise<SoakResult> => {
  const began = performance.now();
  const tally = new Tally();
  const picks = fc.record({ a: fc.nat(1 << 20), b: fc.nat(1 << 20), c: fc.nat(1 << 20) });
  const weighted = possible.map((operation) => ({
    weight: Math.ceil(operation.weight * 10),
    arbitrary: fc.constant(operation),
  }));
  // What happens while a failing program is made smaller counts for nothing.
  let current = tally;
  const step = fc
    .tuple(fc.oneof(...weighted), picks)
    .map(([operation, one]: [Operation, Picks]) => new Step(operation, one, () => current));
  const program = fc.commands([step], { maxCommands: programLength, size: 'max' });
  let programs = 0;
  while (tally.operations < operations && performance.now() - began < timeLimitMs) {
    const shape = (seed + programs) | 0;
    const details = await fc.check(
      fc.asyncProperty(program, async (steps) => {
        try {
          await runProgram(shape, processes, steps);
        } catch (error) {
          current = new Tally();
          throw error;
        }
      }),
      { seed: shape, numRuns: 1, interruptAfterTimeLimit: shrinkMs, endOnFailure: false },
    );
    programs++;
    if (details.failed && details.counterexample !== null) {
      const log: string[] = [];
      current = new Tally();
      current.log = log;
      let message = String(details.errorInstance);
      try {
        await runProgram(shape, processes, details.counterexample[0]);
      } catch (error) {
        message = error instanceof Violation ? error.message : String((error as Error).stack);
      }
      return { tally, programs, failure: { message, shape, program: log } };
    }
    onProgram?.(tally);
  }
  return { tally, programs, failure: undefined };
};
