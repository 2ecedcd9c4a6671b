import type { Chunk } from '../chunk.js';
import { protectedPayloadBytes } from '../parity/plan.js';
import type { JobRunner } from '../pool/jobs.js';
import { payloadsOf, type WriteState } from './payloads.js';
import type { Spool } from './spool.js';
import { keepPayloads, parityPayloads } from './spool-payloads.js';
import type { WriteArchiveOptions, WriteSettings } from './write-options.js';

/** The payloads of all frames, kept on the way where they may be needed again. */
export async function* allPayloads(
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  settings: WriteSettings,
  options: WriteArchiveOptions,
  { runner, state, spool }: { runner: JobRunner; state: WriteState; spool: Spool | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  const payloads = payloadsOf(chunks, settings, options, runner, state);
  yield* spool === undefined ? payloads : keepPayloads(payloads, spool);
  if (spool === undefined || !settings.parity) return;
  const shardBytes = protectedPayloadBytes(settings.errorCorrection) + 2;
  for await (const payload of parityPayloads(spool, shardBytes, runner, options.signal)) {
    state.frames += 1;
    state.parityFrames += 1;
    yield payload;
  }
}
