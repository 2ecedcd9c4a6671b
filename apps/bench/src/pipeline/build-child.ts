// A program that builds archives and prints one line of JSON: { builds, delay, calls, seconds }.
// Usage: node build-child.js '{"folder":…,"codec":…,"bytes":…,"encoders":…,"embedder":"hash"|"default","watches":…}'
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openEmbedder } from '@memvisor/embedding';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { chunkText, describeEncoderFailure, Encoder, EncoderSupervisor } from '@memvisor/encoder';
import { type Call, call, defineGenServer, ok, reply, start } from '@memvisor/supervisor';
import { generatedText } from './generated-text.js';
import type { BuildTask, ChildResult, Delays } from './tasks.js';

const {
  folder,
  codec,
  bytes,
  encoders: count,
  embedder: kind,
  watches,
} = JSON.parse(process.argv[2] ?? '') as BuildTask;

/** The default model as an encoder opens it, in processes that are all up and have computed something. */
const model = async () => {
  const opened = await openEmbedder({ background: true });
  if (!opened.ok) throw new Error(opened.failure.kind);
  const { embedder } = opened;
  const warming = () =>
    embedder.embed(chunkText([...generatedText(20_000, 99)].join('')).map(({ text }) => text));
  await warming();
  while (embedder.partitions().length < availableParallelism()) await warming();
  await warming();
  return embedder;
};
const embedder = kind === 'hash' ? hashEmbedder() : await model();

/** The embedder alone, with the same chunks in the same batches. */
const embedOnly = async (): Promise<number> => {
  const texts = chunkText([...generatedText(bytes, 1)].join('')).map(({ text }) => text);
  const begun = performance.now();
  const under = new Set<Promise<unknown>>();
  for (let at = 0; at < texts.length; at += 32) {
    const request: Promise<unknown> = embedder
      .embed(texts.slice(at, at + 32))
      .finally(() => under.delete(request));
    under.add(request);
    if (under.size >= 8) await Promise.race(under);
  }
  await Promise.all(under);
  return (performance.now() - begun) / 1000;
};

const startSupervisor = async () => {
  const supervisor = await EncoderSupervisor.startLink();
  if (!supervisor.ok) throw new Error('not started');
  return supervisor.pid;
};

type Echo = { call: Call<{ readonly type: 'ping' }, number> };
const echo = defineGenServer<Echo, number, undefined>({
  init: () => ok(0),
  call: { ping: (_request, n) => reply(n, n + 1) },
});

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Calls a process every few milliseconds until it is told to stop. */
const callRepeatedly = async (): Promise<() => number[]> => {
  const started = await start(echo, undefined);
  if (!started.ok) throw new Error('not started');
  const { pid } = started;
  const took: number[] = [];
  let isAsking = false;
  const timer = setInterval(async () => {
    if (isAsking) return;
    isAsking = true;
    const begun = performance.now();
    await call(pid, { type: 'ping' });
    took.push(performance.now() - begun);
    isAsking = false;
  }, 5);
  return () => {
    clearInterval(timer);
    return took.sort((a, b) => a - b);
  };
};

const build = async (supervisor: Awaited<ReturnType<typeof startSupervisor>>, at: number) => {
  const config = { codec, embedding: { module: embedder } };
  const started = await EncoderSupervisor.startEncoder(supervisor, { indexName: `m${at}`, config });
  if (!started.ok || started.pid === undefined) throw new Error('no encoder');
  await Encoder.addSource(started.pid, { source: `t${at}.txt`, text: () => generatedText(bytes, at + 1) });
  const extension = codec === 'lossless' ? 'mkv' : 'mp4';
  const built = await Encoder.buildVideo(started.pid, join(folder, `m${at}.${extension}`));
  if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
  return built.value;
};

const run = async (): Promise<ChildResult> => {
  if (count === 0) return { builds: [], delay: undefined, calls: undefined, seconds: await embedOnly() };
  const supervisor = await startSupervisor();
  const delay = monitorEventLoopDelay({ resolution: 2 });
  const stopCalling = watches ? await callRepeatedly() : () => [];
  const begun = performance.now();
  if (watches) delay.enable();
  const builds = await Promise.all(Array.from({ length: count }, (_, at) => build(supervisor, at)));
  delay.disable();
  const seconds = (performance.now() - begun) / 1000;
  const calls = stopCalling();
  await EncoderSupervisor.stopAllEncoders(supervisor);
  const delays: Delays = {
    p50: delay.percentile(50) / 1e6,
    p99: delay.percentile(99) / 1e6,
    max: delay.max / 1e6,
  };
  const calling: Delays = {
    p50: percentile(calls, 0.5),
    p99: percentile(calls, 0.99),
    max: calls.at(-1) ?? 0,
  };
  return {
    builds,
    seconds,
    delay: watches ? delays : undefined,
    calls: watches ? calling : undefined,
  };
};

const result = await run();
await embedder.close();
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
