import { writePacked } from '../frames/packed-header.js';
import { membersOf, type ParityPlan, planParity } from '../parity/plan.js';
import type { JobRunner } from '../pool/jobs.js';
import { mapInOrder } from './map-in-order.js';
import type { Spool } from './spool.js';

/** Groups whose parity is computed as one job: at most 11 MB of frames. */
const groupsPerJob = 16;

/** Passes payloads on and keeps each. */
export async function* keepPayloads(
  payloads: AsyncIterable<Uint8Array>,
  spool: Spool,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting: Uint8Array[] = [];
  let first = 0;
  const flush = async () => {
    const group = waiting;
    waiting = [];
    await spool.write(first, group);
    first += group.length;
  };
  for await (const payload of payloads) {
    waiting.push(payload);
    if (waiting.length === 64) await flush();
    yield payload;
  }
  await flush();
}

/**
 * The parity frames of all that is in the spool, which must be complete; they are kept in it as well. The groups take
 * turns, so that a burst of losses takes few from each.
 *
 * @param shardBytes the part of a record that a protected frame may fill
 */
export async function* parityPayloads(
  spool: Spool,
  shardBytes: number,
  runner: JobRunner,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const plan = planParity(spool.size);
  const { frames, groups, checks } = plan;
  const starts = Array.from({ length: Math.ceil(groups / groupsPerJob) }, (_, at) => at * groupsPerJob);
  const made = mapInOrder(starts, runner.size, async (start) => {
    const count = Math.min(groupsPerJob, groups - start);
    const shards = await readGroups(spool, plan, start, count, shardBytes);
    const input = { shards, groups: count, checks, shardBytes };
    return {
      start,
      count,
      parity: await runner.run('makeParity', input, { signal, transfer: [shards.buffer] }),
    };
  });
  for await (const { start, count, parity } of made)
    for (let check = 0; check < checks; check++) {
      const index = check * groups + start;
      const bodies = parity.slice(check * count, (check + 1) * count);
      await spool.write(
        frames + index,
        bodies.map((body, at) => parityFrame(plan, index + at, body)),
      );
    }
  yield* spool.payloads(frames);
}

/** Members of neighbouring groups are neighbours: one read for each member of all the groups. */
const readGroups = async (
  spool: Spool,
  plan: ParityPlan,
  start: number,
  count: number,
  shardBytes: number,
): Promise<Uint8Array<ArrayBuffer>> => {
  const members = membersOf(plan, start);
  const shards = new Uint8Array(members * count * shardBytes);
  for (let member = 0; member < members; member++) {
    const first = member * plan.groups + start;
    const there = Math.max(0, Math.min(count, plan.frames - first));
    const records = await spool.read(first, there);
    for (let at = 0; at < there; at++) {
      const start = at * spool.recordBytes;
      shards.set(records.subarray(start, start + shardBytes), (member * count + at) * shardBytes);
    }
  }
  return shards;
};

const parityFrame = ({ frames, groups, checks }: ParityPlan, index: number, body: Uint8Array): Uint8Array =>
  writePacked(
    {
      kind: 'parity',
      compression: 'stored',
      frame: frames + index,
      firstChunk: groups,
      count: checks,
      part: { offset: index, total: frames },
    },
    body,
  );
