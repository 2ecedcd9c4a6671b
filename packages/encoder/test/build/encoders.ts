import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { DynamicSupervisor, type Pid } from '@memvisor/supervisor';
import type { EncoderProtocol } from '../../src/encoder/messages.js';
import { type EncoderConfig, EncoderSupervisor } from '../../src/index.js';

/** The folder of the test that runs; who imports this file has a new one for each test. */
export let folder = '';
/** The supervisor of the encoders that {@link startEncoder} starts; its end is theirs. */
export let supervisor: Parameters<typeof DynamicSupervisor.stop>[0];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encoder-'));
  const started = await EncoderSupervisor.startLink();
  if (!started.ok) throw new Error('not started');
  supervisor = started.pid;
});
afterEach(async () => {
  await DynamicSupervisor.stop(supervisor);
  await rm(folder, { recursive: true });
});

/** An embedder that costs nothing. */
export const embedder = hashEmbedder({ dimensions: 16 });

/** An encoder with {@link embedder}, unless the configuration brings one. */
export const startEncoder = async (config: EncoderConfig = {}): Promise<Pid<EncoderProtocol>> => {
  const started = await EncoderSupervisor.startEncoder(supervisor, {
    indexName: 'notes',
    config: { ...config, embedding: { module: embedder, ...config.embedding } },
  });
  if (!started.ok || started.pid === undefined) throw new Error('not started');
  return started.pid;
};

/** A text of many chunks. */
export const prose = Array.from({ length: 3000 }, (_, i) => `Sentence ${i} tells of bees and ships.`).join(
  ' ',
);
