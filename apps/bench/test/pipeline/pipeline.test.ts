import { describe, expect, test } from '@jest/globals';
import { generatedText } from '../../src/pipeline/generated-text.js';
import { asMarkdown, judge, type Report } from '../../src/pipeline/report.js';
import { runTask } from '../../src/pipeline/tasks.js';
import { machine } from '../machine.js';

const report: Report = {
  machine,
  command: 'npm run bench -- pipeline',
  memory: {
    textBytes: 1e9,
    seconds: 900,
    megabytesPerSecond: 1.1,
    peakMainMb: 300,
    peakTreeMb: 599,
    largestFileMb: 510,
    filesMb: 700,
    videoMb: 510,
    indexMb: 200,
    samples: [{ at: 1, mainMb: 100, treeMb: 200 }],
  },
  mainThread: [
    {
      codec: 'h264',
      embedder: 'default',
      megabytesPerSecond: 1,
      delay: { p50: 1, p99: 10, max: 40 },
      calls: { p50: 0.1, p99: 10, max: 30 },
    },
  ],
  embedder: [
    { textBytes: 250_000, embedderSeconds: 4, buildSeconds: 5 },
    { textBytes: 1_000_000, embedderSeconds: 18, buildSeconds: 20 },
  ],
};

test('each target stands beside its figure; just within is met, just beyond is not', () => {
  expect(judge(report).map(({ met }) => met)).toEqual([true, true, true, true, true, true]);
  const beyond: Report = {
    ...report,
    memory: report.memory && {
      ...report.memory,
      peakTreeMb: 600,
      largestFileMb: 520,
      megabytesPerSecond: 0.9,
    },
    mainThread: report.mainThread.map((one) => ({
      ...one,
      delay: { ...one.delay, p99: 10.1 },
      calls: { ...one.calls, p99: 10.1 },
    })),
    embedder: report.embedder.map((one) => ({ ...one, buildSeconds: 20.1 })),
  };
  expect(judge(beyond).map(({ met }) => met)).toEqual([false, false, false, false, false, false]);
  expect(asMarkdown(beyond)).toContain('NOT met');
  // 14 s of 15 s beyond the shorter text.
  expect(asMarkdown(report)).toContain('| 14.00 | 15.00 | 93.3 % |');
});

test('generated text is as long as asked, the same each time, and another for another seed', () => {
  const text = (seed: number) => [...generatedText(200_000, seed)].join('');
  const [first, again, other] = [text(1), text(1), text(2)];
  expect(Buffer.byteLength(first)).toBeGreaterThanOrEqual(200_000);
  expect(Buffer.byteLength(first)).toBeLessThan(201_000);
  expect([first === again, first === other]).toEqual([true, false]);
});

describe('runTask', () => {
  test('builds in a program of its own, and tells what it took', async () => {
    const task = { codec: 'lossless', bytes: 20_000, encoders: 2, embedder: 'hash', watches: true } as const;
    const { result, resources } = await runTask(task);
    expect(result.builds.map(({ indexName }) => indexName)).toEqual(['m0', 'm1']);
    expect(result.delay?.p99).toBeGreaterThan(0);
    expect(result.calls?.p50).toBeGreaterThan(0);
    // Other systems have no /proc to look at.
    if (process.platform === 'linux') expect(resources.peakTreeMb).toBeGreaterThan(resources.peakMainMb);
  }, 60_000);
});
