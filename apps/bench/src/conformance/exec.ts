import type { Context } from '@memvisor/supervisor';
import { InvalidProgram } from './elixir-errors.js';
import type { Steps } from './generators.js';
import { machineOps } from './ops-machine.js';
import { processOps } from './ops-process.js';
import { registryOps } from './ops-registry.js';
import { serverOps } from './ops-server.js';
import { supervisorOps } from './ops-supervisor.js';
import type { Op } from './program.js';
import type { Json, Term } from './terms.js';
import type { World } from './world.js';

/** What an op has at hand: who runs it, and its fields as terms. */
export class OpContext {
  constructor(
    readonly world: World,
    readonly op: Op,
    readonly ctx: Context,
  ) {}

  /** A field as a term. Throws `Unresolved` where it names an unbound label. */
  term(field: string): Term {
    return this.world.codec.decode(this.op[field] as Json);
  }

  text(field: string): string {
    return this.op[field] as string;
  }

  has(field: string): boolean {
    return field in this.op;
  }

  millis(field: string, otherwise: number): number {
    const given = this.op[field];
    return typeof given === 'number' ? given : otherwise;
  }
}

/** Carries out one kind of op as a part of the acting process. */
export type Operation = (op: OpContext) => Term | Steps<Term>;

/** The result of `return`. */
export const actorReturns: unique symbol = Symbol('return');

const operations: { readonly [op: string]: Operation | undefined } = {
  ...processOps,
  ...serverOps,
  ...machineOps,
  ...supervisorOps,
  ...registryOps,
};

/** Carries out an op in process `ctx`. */
export function* exec(world: World, op: Op, ctx: Context): Steps<Term | typeof actorReturns> {
  if (op.op === 'return') return actorReturns;
  if (op.op === 'batch') return yield* batch(world, op, ctx);
  const operation = operations[op.op];
  if (operation === undefined) throw new InvalidProgram(`unknown op "${op.op}"`);
  const result = operation(new OpContext(world, op, ctx));
  return isSteps(result) ? yield* result : result;
}

function* batch(world: World, op: Op, ctx: Context): Steps<Term | typeof actorReturns> {
  const results: Term[] = [];
  for (const one of op.do as readonly Op[]) {
    const result = yield* exec(world, one, ctx);
    if (result === actorReturns) return actorReturns;
    results.push(result);
  }
  return results;
}

const isSteps = (result: Term | Steps<Term>): result is Steps<Term> =>
  typeof result === 'object' && result !== null && Symbol.iterator in result && 'throw' in result;
