// A program that builds, as users write it: a root tree under an application that SIGINT and SIGTERM stop. It tells
// on stdout how far it is. Its one argument is JSON.
import { createReadStream } from 'node:fs';
import { describeEmbeddingFailure, openEmbedder } from '@memvisor/embedding';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { Encoder, EncoderSupervisor, subscribeToEncoders } from '@memvisor/encoder';
import {
  type DynamicSupervisorProtocol,
  describeShutdown,
  portsClosed,
  processName,
  startApplication,
} from '@memvisor/supervisor';

export type BuildProgram = {
  readonly inputs: readonly string[];
  readonly output: string;
  readonly ffmpeg: string;
  /** Vectors by the real model. */
  readonly partitions: boolean;
};
/** A line of its output. */
export type BuildLine =
  | { readonly type: 'stage'; readonly stage: string }
  | { readonly type: 'built'; readonly ok: boolean; readonly detail: string }
  | { readonly type: 'stopped'; readonly report: string };

const tell = (line: BuildLine): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const { inputs, output, ffmpeg, partitions }: BuildProgram = JSON.parse(process.argv[2] ?? '');

const openModel = async () => {
  if (!partitions) return hashEmbedder({ dimensions: 16 });
  const opened = await openEmbedder({ partitions: 1 });
  if (!opened.ok) throw new Error(describeEmbeddingFailure(opened.failure));
  return opened.embedder;
};

const embedder = await openModel();
const encoders = processName<DynamicSupervisorProtocol>('encoders');
const started = await startApplication({
  children: [EncoderSupervisor.childSpec({ name: encoders })],
  onStopped: async (report) => {
    await embedder.close();
    await portsClosed();
    tell({ type: 'stopped', report: describeShutdown(report) });
  },
});
if (!started.ok) throw new Error('the application did not start');
const seen = new Set<string>();
subscribeToEncoders((event) => {
  if (event.type !== 'encoder_progress' || seen.has(event.stage)) return;
  seen.add(event.stage);
  tell({ type: 'stage', stage: event.stage });
});
const encoder = await EncoderSupervisor.startEncoder(encoders, {
  indexName: 'memory',
  config: { ffmpegPath: ffmpeg, embedding: { module: embedder } },
});
if (!encoder.ok || encoder.pid === undefined) throw new Error('the encoder did not start');
for (const [at, path] of inputs.entries())
  await Encoder.addSource(encoder.pid, {
    source: at === 0 ? 'text.txt' : 'more.txt',
    text: () => createReadStream(path, { encoding: 'utf8', highWaterMark: 4096 }),
  });
try {
  const built = await Encoder.buildVideo(encoder.pid, output);
  tell({ type: 'built', ok: built.ok, detail: built.ok ? '' : built.failure.kind });
} catch (error) {
  tell({ type: 'built', ok: false, detail: String((error as Error).message) });
}
await started.application.stop();
