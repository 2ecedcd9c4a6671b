import { checkCancelled } from '../codec-error.js';
import { readVideo, type VideoSource } from '../ffmpeg/read-video.js';
import type { FrameContent } from '../frames/frame-content.js';
import { headerBytes } from '../frames/packed-header.js';
import type { Shard } from '../parity/cauchy.js';
import { allFrames, type ParityPlan } from '../parity/plan.js';
import { protectedShardBytes, toShard } from '../parity/shards.js';
import type { FramePayload, JobRunner } from '../pool/jobs.js';
import { mapInOrder } from './map-in-order.js';
import { pictureBatches } from './picture-batches.js';
import { only } from './read-frames.js';

/** Groups restored in one pass over the video: their frames are in memory meanwhile, at most 0.7 MB of each. */
const groupsAtOnce = 48;

type Found = FramePayload & { readonly position: number };
type Group = { readonly members: Shard[]; readonly parity: Shard[]; readonly lost: number[] };

/**
 * Computes the lost frames of an archive with parity. The video is read through once to see what is lost, and once
 * more for the groups that lost something; then all that can be restored is known for good.
 */
export class Restorer {
  readonly #video: VideoSource;
  readonly #plan: ParityPlan;
  readonly #runner: JobRunner;
  #restored: Promise<ReadonlyMap<number, FrameContent>> | undefined;

  constructor(video: VideoSource, plan: ParityPlan, runner: JobRunner) {
    this.#video = video;
    this.#plan = plan;
    this.#runner = runner;
  }

  /** What could be restored, by frame number. */
  async restored(signal: AbortSignal | undefined): Promise<ReadonlyMap<number, FrameContent>> {
    this.#restored ??= this.#restore(signal);
    try {
      return await this.#restored;
    } catch (error) {
      // A cancelled look is none; who asks next begins anew.
      this.#restored = undefined;
      throw error;
    }
  }

  async #restore(signal: AbortSignal | undefined): Promise<ReadonlyMap<number, FrameContent>> {
    const plan = this.#plan;
    const there = new Uint8Array(allFrames(plan));
    // Where each sound frame is in the video: the second time only those that count are looked at.
    const positions = new Int32Array(there.length);
    for await (const { frame, position } of this.#payloads(signal)) {
      there[frame] = 1;
      positions[frame] = position;
    }
    const lostIn = new Map<number, number[]>();
    for (const [frame, isThere] of there.entries()) {
      if (isThere === 1) continue;
      const group = groupOf(plan, frame);
      lostIn.set(group, [...(lostIn.get(group) ?? []), frame]);
    }
    const restorable = [...lostIn].filter(([, lost]) => lost.length <= plan.checks);
    const contents = new Map<number, FrameContent>();
    for (let at = 0; at < restorable.length; at += groupsAtOnce) {
      const groups = new Map(
        restorable
          .slice(at, at + groupsAtOnce)
          .map(([group, lost]): [number, Group] => [group, { members: [], parity: [], lost }]),
      );
      const needed = new Set<number>();
      for (const [frame, position] of positions.entries())
        if (there[frame] === 1 && groups.has(groupOf(plan, frame))) needed.add(position);
      for await (const read of this.#payloads(signal, needed)) this.#sort(read, groups);
      for (const group of groups.values()) await this.#solve(group, contents, signal);
    }
    return contents;
  }

  /** The sound frames of the video, each once; of all its pictures, or of those at some positions. */
  async *#payloads(
    signal: AbortSignal | undefined,
    at?: ReadonlySet<number>,
  ): AsyncGenerator<Found, void, undefined> {
    const seen = new Uint8Array(allFrames(this.#plan));
    const pictures = readVideo(this.#video, { first: 0 }, signal);
    const batches = pictureBatches(at === undefined ? pictures : only(pictures, at));
    const read = mapInOrder(batches, this.#runner.size, async ({ frames, batch }) => {
      const transfer = [batch.gray.buffer as ArrayBuffer];
      return { frames, results: await this.#runner.run('readPayloads', batch, { signal, transfer }) };
    });
    for await (const { frames, results } of read)
      for (const [index, result] of results.entries()) {
        if (!result.ok || result.value.frame >= seen.length || seen[result.value.frame] === 1) continue;
        seen[result.value.frame] = 1;
        yield { ...result.value, position: frames[index] as number };
      }
    checkCancelled(signal);
  }

  #sort({ frame, payload }: FramePayload, groups: ReadonlyMap<number, Group>): void {
    const plan = this.#plan;
    const group = groups.get(groupOf(plan, frame));
    if (group === undefined) return;
    if (frame < plan.frames) group.members.push({ index: Math.floor(frame / plan.groups), bytes: payload });
    else {
      const index = Math.floor((frame - plan.frames) / plan.groups);
      group.parity.push({ index, bytes: payload.subarray(headerBytes('parity')) });
    }
  }

  async #solve(
    { members, parity, lost }: Group,
    contents: Map<number, FrameContent>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const plan = this.#plan;
    const lostMembers = lost.filter((frame) => frame < plan.frames);
    const shardBytes = protectedShardBytes(parity);
    const restored = await this.#runner.run(
      'restoreFrames',
      {
        members: members.map(({ index, bytes }) => ({ index, bytes: toShard(bytes, shardBytes) })),
        parity,
        lost: lostMembers.map((frame) => Math.floor(frame / plan.groups)),
        checks: plan.checks,
      },
      { signal },
    );
    for (const [at, frame] of lostMembers.entries()) {
      const content = restored[at];
      if (content?.ok === true && content.value.frame === frame) contents.set(frame, content.value);
    }
    if (!lostMembers.every((frame) => contents.has(frame))) return;
    // With all members there, a lost parity frame could be computed as well: nothing is missing.
    for (const frame of lost)
      if (frame >= plan.frames)
        contents.set(frame, { kind: 'parity', frame, plan, index: frame - plan.frames });
  }
}

const groupOf = ({ frames, groups }: ParityPlan, frame: number): number =>
  (frame < frames ? frame : frame - frames) % groups;
