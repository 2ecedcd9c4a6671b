import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findFfmpeg } from '@memvisor/codec';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { defaultSystem, portsClosed, silentLogger } from '@memvisor/supervisor';
import { markedProcesses, markName } from '../faults/machine.js';
import { chanceFrom } from '../soak/chance.js';
import { temporaryFolder } from '../temporary-folder.js';
import { heapContent } from './content.js';
import { type ContentSample, type Judgement, judge } from './judge.js';
import { type Sample, takeSample } from './sample.js';
import { running, startTree, stopTree } from './tree.js';
import { type Counts, work } from './work.js';

export type LongRunOptions = {
  readonly seed: number;
  readonly minutes: number;
  /** `dataMb`: of the heap, the program's values, when they were last looked at; 0 before. */
  readonly onSample: (sample: Sample & { readonly dataMb: number }, counts: Counts) => void;
};

export type LongRunResult = Judgement & {
  readonly counts: Counts;
  readonly samples: number;
  /** What is there when the tree has been stopped. */
  readonly left: readonly string[];
};

const mostSamples = 300;

/** Keeps a root tree busy for so long, and looks after each piece of work at what there is. */
export const runLong = async ({ seed, minutes, onSample }: LongRunOptions): Promise<LongRunResult> => {
  setFlagsFromString('--expose-gc');
  globalThis.gc ??= runInNewContext('gc');
  defaultSystem.logger = silentLogger;
  const temporary = temporaryFolder('soak');
  const folder = temporary.path;
  const mark = folder.split('-').at(-1) ?? '';
  const { TMPDIR } = process.env;
  process.env[markName] = mark;
  process.env.TMPDIR = join(folder, 'tmp');
  mkdirSync(process.env.TMPDIR);
  const counts: Counts = { built: 0, killed: 0, restarted: 0, searches: 0, stopped: 0 };
  try {
    const found = await findFfmpeg({ path: join(folder, 'm.mp4') });
    if (!found.ok) throw new Error('there is no ffmpeg');
    const before = defaultSystem.processCount;
    const root = await startTree();
    const shop = {
      folder,
      ffmpeg: found.value.program,
      embedder: hashEmbedder({ dimensions: 64 }),
      chance: chanceFrom(seed),
      counts,
    };
    const beganAt = performance.now();
    const samples: Sample[] = [];
    const contents: ContentSample[] = [];
    let taken = 0;
    const isDue = (last: { readonly seconds: number } | undefined, now: Sample, times: number) =>
      last === undefined || now.seconds - last.seconds >= (minutes * 60) / times;
    while (performance.now() - beganAt < minutes * 60_000 || samples.length < 4 || contents.length < 4) {
      await work(shop);
      const sample = await takeSample(beganAt, { folder, mark, entries: running.count() });
      taken++;
      // What is kept of it must not be what grows.
      if (isDue(samples.at(-1), sample, mostSamples)) samples.push(sample);
      if (isDue(contents.at(-1), sample, 10))
        contents.push({ seconds: sample.seconds, content: await heapContent(folder) });
      onSample({ ...sample, dataMb: (contents.at(-1)?.content.dataBytes ?? 0) / 2 ** 20 }, counts);
    }
    await stopTree(root);
    await portsClosed();
    const processes = markedProcesses(mark).map(
      ({ pid, command }) => `process ${pid} ${command.slice(0, 100)}`,
    );
    const excess = defaultSystem.processCount - before;
    const left = [...processes, ...(excess > 0 ? [`${excess} processes of the runtime`] : [])];
    return {
      ...judge(samples, contents, Math.min(minutes, (samples.at(-1)?.seconds ?? 0) / 60)),
      counts,
      samples: taken,
      left,
    };
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    temporary.remove();
  }
};
