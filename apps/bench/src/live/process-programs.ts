import fc from 'fast-check';
import type { Json, JsonObject } from '../conformance/terms.js';
import {
  among,
  type LiveProgram,
  op,
  pid,
  plainTerm,
  programOf,
  reason,
  sequence,
  weighted,
} from './arbitraries.js';

const actors = ['p1', 'p2', 'p3', 'p4'];
const actor = among(...actors);
const who: fc.Arbitrary<Json> = among(...[...actors, 'main'].map(pid));
const refLabel = among('r1', 'r2', 'r3');
const name = among(':n1', ':n2', ':undefined');
const by = { by: actor };

const spawns: fc.Arbitrary<readonly JsonObject[]> = fc
  .tuple(
    ...actors.map((label, i) =>
      op(
        'spawn',
        { as: fc.constant(label) },
        {
          trap: fc.boolean(),
          link: fc.boolean(),
          monitor: refLabel,
          by: among('main', ...actors.slice(0, i)),
        },
      ),
    ),
  )
  .map((list) => list);

const apart = weighted<JsonObject>(
  [2, op('unlink', { to: who, ...by })],
  [4, op('monitor', { to: fc.oneof(who, name), as: refLabel, ...by })],
  [2, op('demonitor', { ref: refLabel, ...by }, { opts: fc.subarray([':flush', ':info']) })],
  [6, op('exit', { to: among(...actors.map(pid)), reason }, by)],
  [1, op('exit_self', { reason, ...by })],
  [1, op('raise', { message: among('oops'), ...by })],
  [1, op('throw', { value: plainTerm, ...by })],
  [1, op('error', { reason: among<Json>(':badarg', ':badarith', ':function_clause', ':odd'), ...by })],
  [1, op('return', by)],
  [2, op('trap', { value: fc.boolean(), ...by })],
  [1, op('alive', { of: who })],
  [3, op('links', { of: who })],
  [3, op('monitors', { of: who })],
  [2, op('register_name', { name, pid: who }, by)],
  [1, op('unregister_name', { name }, by)],
  [1, op('whereis', { name })],
);

/**
 * Not in one go with others: a link right after an exit signal finds the other gone at once, and an actor that
 * fails right after it has sent something takes a few microtasks to end.
 */
const simple = weighted<JsonObject>(
  [4, op('link', { to: who, ...by })],
  [2, op('send', { to: fc.oneof(who, name), msg: plainTerm }, by)],
  [34, apart],
);

const batch = op('batch', {
  do: fc.array(
    apart.map(({ by: _, ...rest }) => rest),
    { minLength: 2, maxLength: 4 },
  ),
  ...by,
});

/** Bare processes: links, monitors, signals, names. */
export const processPrograms: fc.Arbitrary<LiveProgram> = programOf(
  'process',
  'sorted',
  sequence(spawns, fc.array(weighted([7, simple], [3, batch]), { minLength: 3, maxLength: 14 })),
);
