import { type Member, seatCount } from './member.js';
import type { Model } from './model.js';
import type { Act } from './workers.js';
import type { World } from './world.js';

/** Numbers that say whom and what an operation is about. Smaller ones are simpler. */
export interface Picks {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** One thing that can happen. `Target` is what the picks come to in a given state of the model. */
export interface Operation<Target = unknown> {
  readonly name: string;
  /** How often it is chosen, against the others. */
  readonly weight: number;
  /** `undefined`: impossible now. */
  choose(model: Model, picks: Picks): Target | undefined;
  /** Does it to the model and to the runtime; what it returns is compared once both have come to rest. */
  run(target: Target, model: Model, world: World): Check | undefined;
  describe(target: Target): string;
}

/** Throws when the runtime's answer is not the expected one. */
export type Check = () => Promise<void> | void;

/** Makes one; the target's type stays inside. */
export const operation = <Target>(one: Operation<Target>): Operation => one as Operation as Operation;

/** The runtime is not as the model says. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export const expectSame = (what: string, actual: unknown, expected: unknown): void => {
  if (actual !== expected)
    throw new Violation(`${what}: expected ${String(expected)}, got ${String(actual)}`);
};

/**
 * From number `from` on, the first member that will do. Numbers stay with their members: when a failing program is
 * made smaller, the operations that are left still mean the same processes.
 */
export const pick = (
  { seats }: Pick<Model, 'seats'>,
  from: number,
  fits: (member: Member) => boolean,
): Member | undefined => {
  for (let i = 0; i < seatCount; i++) {
    const seat = seats[(from + i) % seatCount];
    if (seat !== undefined) for (const member of seat) if (fits(member)) return member;
  }
  return undefined;
};

/** Does what it is told: a worker, a bare process, a task. */
export const obeys = ({ kind }: Member): boolean =>
  kind === 'server' ||
  kind === 'trapper' ||
  kind === 'machine' ||
  kind === 'stubborn' ||
  kind === 'bare' ||
  kind === 'task';

export const anyWorker = (model: Model, from: number): Member | undefined => pick(model, from, obeys);

/** Supervises children that the soak may start and stop; not the root, not a registry. */
export const isSupervisor = ({ kind, parent }: Member): boolean =>
  (kind === 'supervisor' || kind === 'dynamic') && parent !== undefined;

/** Has a process act in its own turn; the message that says so is a message like any other. */
export const within = (model: Model, world: World, member: Member, act: Act): void => {
  model.deliver(member);
  world.tell(member, { type: 'do', act });
};

/** A member that has ended, so that its pid is stale. */
export const anyEnded = ({ ended }: Model, from: number): Member | undefined => {
  const known = ended.filter(({ pid }) => pid !== undefined);
  return known[from % Math.max(1, known.length)];
};
