import { fileURLToPath } from 'node:url';
import type { Embedder } from '@memvisor/embedding';
import { describeRetrieverFailure, type RetrieverProtocol, retriever, search } from '@memvisor/retriever';
import { describeOsExit, type Pid, start, startOsProcess, stopServer } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import { quantiles, type Taken } from './quantiles.js';

/** How fast one archive answers. All times in milliseconds, of whole searches with the question's embedding. */
export interface Latency {
  /** Top 5, the retriever warm, each frame decoded anew. */
  readonly uncached: Taken;
  /** What the parts of these searches took at the median. */
  readonly parts: { readonly embed: number; readonly search: number; readonly decode: number };
  /** Top 5, every frame in the cache. */
  readonly cached: Taken;
  /** Top 5 among the tenth of the chunks that a filter lets through. */
  readonly filtered: Taken;
  /** 50 callers at once on one retriever. */
  readonly concurrent: { readonly perSecond: number; readonly worst: number };
  /** Questions that each retriever answered before. */
  readonly warmUp: number;
  /** The command line, from its start to its end. */
  readonly cold: Taken;
}

const callers = 50;
const coldRuns = 7;
const commandLine = fileURLToPath(new URL('../../../../demo/dist/src/cli.js', import.meta.url));

/**
 * Measures searches in an archive.
 *
 * @param warmUp questions that each retriever answers before: V8 compiles as code is used
 */
export const measureLatency = async (
  video: string,
  { questions, warmUp }: { readonly questions: readonly string[]; readonly warmUp: readonly string[] },
  embedder: Embedder,
  say: (text: string) => void,
): Promise<Latency> => {
  say('asking with nothing cached …');
  // One frame is the smallest cache there is.
  const [uncached, parts] = await withRetriever(video, embedder, 1, async (pid) => {
    await askAll(pid, warmUp);
    const before: number[][] = [[], [], []];
    const taken = await askAll(pid, questions, {}, ({ embed, search: found, decode }) => {
      [embed, found, decode].forEach((value, at) => {
        before[at]?.push(value);
      });
    });
    const [embed = 0, found = 0, decode = 0] = before.map((values) => quantiles(values).p50);
    return [taken, { embed, search: found, decode }] as const;
  });
  const rest = await withRetriever(video, embedder, 100_000, async (pid) => {
    await askAll(pid, warmUp);
    await askAll(pid, questions);
    say('asking the same again …');
    const cached = await askAll(pid, questions);
    const filtered = await askAll(pid, questions, { filter: { metadata: { part: 3 } } });
    say(`asking with ${callers} callers at once …`);
    return { cached, filtered, concurrent: await askAtOnce(pid, questions) };
  });
  say('starting the command line …');
  return { warmUp: warmUp.length, uncached, parts, ...rest, cold: await coldStarts(video, questions) };
};

const withRetriever = async <Value>(
  video: string,
  embedder: Embedder,
  cacheSize: number,
  use: (pid: Pid<RetrieverProtocol>) => Promise<Value>,
): Promise<Value> => {
  const opened = await start(retriever, { video, embedder, cacheSize });
  if (!opened.ok) throw new BenchError(`the archive could not be opened: ${JSON.stringify(opened)}`);
  try {
    return await use(opened.pid);
  } finally {
    await stopServer(opened.pid);
  }
};

type Parts = { readonly embed: number; readonly search: number; readonly decode: number };

const askAll = async (
  pid: Pid<RetrieverProtocol>,
  questions: readonly string[],
  options: Parameters<typeof search>[2] = {},
  onParts: (parts: Parts) => void = () => undefined,
): Promise<Taken> => {
  const taken: number[] = [];
  for (const question of questions) {
    const from = performance.now();
    const answer = await search(pid, question, { k: 5, ...options });
    taken.push(performance.now() - from);
    if (!answer.ok) throw new BenchError(describeRetrieverFailure(answer.failure));
    if (answer.value.results.length !== 5 || answer.value.results.some(({ text }) => text === null))
      throw new BenchError(`not five readable answers to: ${question}`);
    onParts(answer.value.milliseconds);
  }
  return quantiles(taken);
};

const askAtOnce = async (
  pid: Pid<RetrieverProtocol>,
  questions: readonly string[],
): Promise<Latency['concurrent']> => {
  const queue = [...questions, ...questions, ...questions];
  const asked = queue.length;
  let worst = 0;
  const from = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let question = queue.pop(); question !== undefined; question = queue.pop())
        worst = Math.max(worst, (await askAll(pid, [question])).p99);
    }),
  );
  return { perSecond: (asked * 1000) / (performance.now() - from), worst };
};

const coldStarts = async (video: string, questions: readonly string[]): Promise<Taken> => {
  const taken: number[] = [];
  for (const question of questions.slice(0, coldRuns)) {
    const from = performance.now();
    const args = [commandLine, 'search', '--json', '--', video, question];
    const run = startOsProcess({ program: process.execPath, args });
    run.stdout.resume();
    const exit = await run.exited;
    taken.push(performance.now() - from);
    if (exit.kind !== 'exited' || exit.exitCode !== 0)
      throw new BenchError(`memvisor search: ${describeOsExit(exit)}`);
  }
  return quantiles(taken);
};
