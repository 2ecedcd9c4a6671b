// The demo: half a megabyte of real text goes into a video, one encoder is killed on the way, every frame is read back,
// and five questions are answered from the frames.
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decodeText } from '@memvisor/documents';
import { describeEmbeddingFailure, type Embedder, openEmbedder } from '@memvisor/embedding';
import {
  describeEncoderFailure,
  Encoder,
  type EncoderProtocol,
  EncoderSupervisor,
  subscribeToEncoders,
  type TextSource,
} from '@memvisor/encoder';
import { describeRetrieverFailure, search } from '@memvisor/retriever';
import {
  describeReason,
  exit,
  exited,
  type Pid,
  portsClosed,
  processName,
  subscribe,
  whereis,
} from '@memvisor/supervisor';
import { openRetriever, resultForPeople } from './commands/search.js';
import { verify } from './commands/verify.js';
import { CommandFailure, describeError } from './failure.js';
import { useLogger } from './logging.js';
import { createProgress, type Progress } from './progress.js';
import { encoders, startRootTree } from './root-tree.js';
import { addresses, questions } from './sotu.js';
import { bytes, duration, oneLine, print } from './terminal.js';

const heading = (text: string) => print(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`);

const main = async (): Promise<void> => {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'memvisor-demo-'));
  const progress = createProgress(true);
  const tree = await startRootTree();
  const opened = await openEmbedder();
  if (!opened.ok) throw new Error(describeEmbeddingFailure(opened.failure));
  const { embedder } = opened;
  const interruption = new Promise<never>((_resolve, reject) => {
    const onSignal = (signal: NodeJS.Signals) => reject(new CommandFailure(`interrupted by ${signal}`));
    // A terminal's Ctrl-C may come twice, once by way of npm; the second must not cut the clean-up short.
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
  try {
    const story = show(folder, embedder, progress);
    // After an interruption nobody waits for it any more; that what it waits for has ended is no news then.
    story.catch(() => undefined);
    await Promise.race([story, interruption]);
  } finally {
    progress.end();
    await tree.stop();
    await embedder.close();
    await portsClosed();
    await rm(folder, { recursive: true, force: true });
  }
  await print(
    `\nDone in ${duration((performance.now() - started) / 1000)}. Your own text: npm run -s memvisor -- encode <file> --out memory.mp4`,
  );
};

/** The four chapters, one after the other. */
const show = async (folder: string, embedder: Embedder, progress: Progress): Promise<void> => {
  const inputs = addresses().map((path) => ({
    source: basename(path, '.txt'),
    text: () => decodeText(createReadStream(path)),
    markup: 'none' as const,
  }));
  await heading('a supervisor answers a crash');
  await killOne(inputs, join(folder, 'crash.mkv'), embedder);

  await heading('text into a video');
  const video = join(folder, 'memory.mp4');
  await encode(inputs, video, embedder, (stage, done, total, etaMs) =>
    progress.report(stage, done, total, etaMs),
  );
  progress.end();

  await heading('every frame read back');
  const report = await verify(video, {}, (done, total) => progress.report('verify', done, total));
  progress.end();
  await print(
    `${report.readable} of ${report.frames} frames readable, ${report.chunks} chunks, ${report.mismatches.length} mismatches`,
  );
  if (report.mismatches.length > 0)
    throw new Error(`the archive is not whole: ${JSON.stringify(report.mismatches[0])}`);

  await heading('questions in plain words');
  const retriever = await openRetriever({ video, embedder });
  for (const question of questions) {
    const answer = await search(retriever, question, { k: 1 });
    if (!answer.ok) throw new Error(describeRetrieverFailure(answer.failure));
    const { results, milliseconds } = answer.value;
    const [best] = results;
    await print(`\n? ${question}`);
    await print(best === undefined ? '  nothing found' : resultForPeople(best, question));
    await print(
      `   ${Math.round(milliseconds.total)} ms, of them ${Math.round(milliseconds.decode)} ms reading the frame`,
    );
  }
};

/** Kills an encoder in the middle of its build and shows what its supervisor does about it. */
const killOne = async (inputs: readonly TextSource[], video: string, embedder: Embedder): Promise<void> => {
  const name = processName<EncoderProtocol>('demo-victim');
  const victim = await startEncoder('victim', embedder, { name, restart: 'permanent' });
  for (const input of inputs.slice(0, 4)) await Encoder.addSource(victim, input);
  const restarted = new Promise<void>((resolve) => {
    const unsubscribe = subscribe(
      (event) => {
        if (event.type !== 'restart') return;
        void print(
          `its supervisor restarts it: ${describeReason(event.reason)}, restart ${event.restarts} of ${event.maxRestarts} within ${event.maxSeconds} s`,
        );
        unsubscribe();
        // Published before the new process has its name; that takes the rest of this turn.
        setImmediate(resolve);
      },
      ['restart'],
    );
  });
  const building = new Promise<void>((resolve) => {
    const unsubscribe = subscribeToEncoders(
      (event) => {
        if (event.type !== 'encoder_progress' || event.stage !== 'embed') return;
        unsubscribe();
        resolve();
      },
      { encoder: victim },
    );
  });
  const built = Encoder.buildVideo(victim, video).catch((error: Error) => error);
  await building;
  await print(`encoder ${victim} is building; it is killed now`);
  exit(victim, 'kill');
  await print(`encoder ${victim} is gone: ${describeReason(await exited(victim))}`);
  await restarted;
  await print(`who waited for its video is told: ${oneLine(((await built) as Error).message, 100)}`);
  const successor = whereis(name);
  if (successor === undefined) throw new Error('the supervisor did not bring the encoder back');
  await print(`encoder ${successor} has its name now and is ${(await Encoder.getState(successor)).state}`);
  await EncoderSupervisor.stopEncoder(encoders, successor);
  const left = await filesLeft(join(video, '..'));
  await print(`files left behind by the killed build: ${left.length === 0 ? 'none' : left.join(', ')}`);
};

/** What a folder holds once the killed build's ffmpeg has ended too, which takes a moment. */
const filesLeft = async (folder: string): Promise<readonly string[]> => {
  let left = await readdir(folder);
  for (let tries = 0; left.length > 0 && tries < 50; tries++) {
    await setTimeout(100);
    left = await readdir(folder);
  }
  return left;
};

const encode = async (
  inputs: readonly TextSource[],
  video: string,
  embedder: Embedder,
  onProgress: (stage: string, done: number, total: number | undefined, etaMs: number | undefined) => void,
): Promise<void> => {
  const encoder = await startEncoder('memory', embedder, {});
  const unsubscribe = subscribeToEncoders(
    (event) => {
      if (event.type === 'encoder_progress') onProgress(event.stage, event.done, event.total, event.etaMs);
    },
    { encoder },
  );
  for (const input of inputs) await Encoder.addSource(encoder, input);
  const built = await Encoder.buildVideo(encoder, video);
  unsubscribe();
  if (!built.ok) throw new Error(describeEncoderFailure(built.failure));
  const { totalChunks, totalFrames, textBytes, videoBytes, indexBytes, seconds } = built.value;
  await print(`${inputs.length} addresses, ${bytes(textBytes)} of text, ${totalChunks} chunks`);
  await print(
    `video ${bytes(videoBytes)} (${(videoBytes / textBytes).toFixed(2)} × the text) in ${totalFrames} frames, index ${bytes(indexBytes)}`,
  );
  await print(
    `${duration(seconds.total)}, of them ${duration(seconds.embed)} with the embedding model at work`,
  );
};

const startEncoder = async (
  indexName: string,
  embedder: Embedder,
  options: Pick<Parameters<typeof EncoderSupervisor.startEncoder>[1], 'name' | 'restart'>,
): Promise<Pid<EncoderProtocol>> => {
  const started = await EncoderSupervisor.startEncoder(encoders, {
    indexName,
    config: { embedding: { module: embedder } },
    ...options,
  });
  if (started.ok && started.pid !== undefined) return started.pid;
  throw new Error(`the encoder did not start: ${JSON.stringify(started)}`);
};

useLogger('silent');
try {
  await main();
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${describeError(error, !(error instanceof CommandFailure))}\n`);
  process.exitCode = 1;
}
