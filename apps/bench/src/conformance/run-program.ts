import { mainBody, Request } from './actor.js';
import { arrange } from './arrange.js';
import { InvalidProgram } from './elixir-errors.js';
import { checkProgram, type Op } from './program.js';
import type { Json } from './terms.js';
import { type Event, World } from './world.js';

/** What one op led to. */
export interface Entry {
  readonly op: string;
  readonly result: Json;
  readonly events: readonly Event[];
}

/** How a run goes where the format leaves it open. */
export interface RunOptions {
  /** Let others run at each event. `false` unless given. */
  readonly pauses?: boolean;
  /** How long actors wait after starting something, in milliseconds: 20 unless given, what the recorder asks for. */
  readonly momentMs?: number;
  /** Time that passes after each op, in milliseconds: 0 unless given, as the format has it. */
  readonly settleMs?: number;
}

/**
 * Runs a program on the runtime, on a virtual clock.
 *
 * @returns One entry for each op.
 * @throws {InvalidProgram} When the program holds something that the format does not know, or never ends.
 */
export const runProgram = async (
  json: Json,
  { pauses = false, momentMs = 20, settleMs = 0 }: RunOptions = {},
): Promise<readonly Entry[]> => {
  const world = new World(checkProgram(json), pauses, momentMs);
  try {
    world.system.spawn(mainBody(world));
    await world.clock.settled();
    const entries: Entry[] = [];
    for (const op of world.program.ops) {
      const result = await perform(world, op);
      await settle(world, settleMs);
      if (world.fault !== undefined) throw world.fault;
      entries.push({ op: op.op, result, events: arrange(world.take(), world.program.order) });
    }
    return entries;
  } finally {
    await world.close();
  }
};

const perform = async (world: World, op: Op): Promise<Json> => {
  if (op.op === 'wait') {
    await world.clock.advance(op.ms as number);
    return ':ok';
  }
  return finished(world, request(world, op));
};

const request = (world: World, op: Op | 'drain'): Promise<Json> => {
  const message = new Request(op);
  world.system.send(world.pidOf('main') as never, message as never);
  return message.result;
};

/** Waits for an op, letting time pass as far as the op itself needs it. */
const finished = async (world: World, result: Promise<Json>): Promise<Json> => {
  let outcome: { readonly value: Json } | undefined;
  const done = result.then((value) => {
    outcome = { value };
  });
  for (;;) {
    await world.clock.settled();
    if (world.fault !== undefined) throw world.fault;
    if (outcome !== undefined) break;
    if (!(await world.clock.advanceToNext())) throw new InvalidProgram('an op never ends');
  }
  await done;
  return (outcome as { readonly value: Json }).value;
};

/** Lets everything happen that needs no time, then has `main` tell what it has received; then lets time pass. */
const settle = async (world: World, settleMs: number): Promise<void> => {
  await world.clock.advance(0);
  await finished(world, request(world, 'drain'));
  if (settleMs > 0) {
    await world.clock.advance(settleMs);
    await finished(world, request(world, 'drain'));
  }
};
