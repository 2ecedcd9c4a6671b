import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type ContentSample, judge } from '../../src/long-run/judge.js';
import type { Sample } from '../../src/long-run/sample.js';
import { trendOf } from '../../src/long-run/trend.js';

const minutes = 10;
const samples = (change: (minute: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 60 }, (_, at) => ({
    seconds: at * 10,
    heapMb: 30 + (at % 3),
    rssMb: 150 + (at % 7),
    processes: 5,
    osProcesses: 0,
    handles: 1,
    descriptors: 20,
    threads: 11,
    registryEntries: 0,
    files: 1,
    ...change(at / 6),
  }));

/** A heap in which so many kilobytes of data and of code are added each minute. */
const contents = (dataKb = 0, codeKb = 0): ContentSample[] =>
  Array.from({ length: 10 }, (_, at) => ({
    seconds: 60 * (at + 1),
    content: {
      dataBytes: 9e6 + 1024 * ((at % 2) * 8 + at * dataKb),
      engineBytes: 7e6 + 1024 * at * codeKb,
      counts: { string: 100 + at * dataKb, 'object Encoder': 2 },
    },
  }));

test('a trend is the line through the points, and how sure it is', () => {
  expect(
    trendOf([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toEqual({ slope: 2, error: 0 });
  expect(
    trendOf([
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 1],
    ]).error,
  ).toBeGreaterThan(0.1);
  expect(() =>
    trendOf([
      [0, 0],
      [1, 1],
    ]),
  ).toThrow(RangeError);
});

describe('what a long run is judged by', () => {
  test('noise is no growth', () => {
    expect(
      judge(
        samples(() => ({})),
        contents(),
        minutes,
      ).violations,
    ).toEqual([]);
  });

  test('growth before the first tenth is warming up', () => {
    const warm = samples((minute) => (minute < 1 ? { heapMb: 10, descriptors: 3 } : {}));
    expect(judge(warm, contents(), minutes).violations).toEqual([]);
  });

  test.each<[string, (minute: number) => Partial<Sample>]>([
    ['RSS', (minute) => ({ rssMb: 150 + 5 * minute })],
    ['descriptors', (minute) => ({ descriptors: 20 + Math.floor(minute / 3) })],
    ['files', (minute) => ({ files: minute > 5 ? 2 : 1 })],
    ['registryEntries', (minute) => ({ registryEntries: Math.floor(minute) })],
    ['osProcesses', (minute) => ({ osProcesses: minute > 8 ? 1 : 0 })],
  ])('%s that grows is found', (what, change) => {
    const { violations } = judge(samples(change), contents(), minutes);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(what);
  });

  test('data in the heap that grow are found, and what there is more of is named', () => {
    const { violations } = judge(
      samples(() => ({})),
      contents(100),
      minutes,
    );
    expect(violations).toEqual([
      expect.stringMatching(/^data in the heap grew by 0\.09\d MB a minute/),
      'there is more of: string +900',
    ]);
  });

  test('V8 may go on compiling for a while, but not without end', () => {
    const judged = (codeKb: number) =>
      judge(
        samples(() => ({})),
        contents(0, codeKb),
        minutes,
      );
    expect(judged(150).violations).toEqual([]);
    expect(judged(150).engine.slopeMb).toBeCloseTo(0.146, 2);
    expect(judged(1000).violations).toEqual([expect.stringContaining('code in the heap grew')]);
  });
});

test('npm run soak says what it does with --minutes and without', () => {
  const program = fileURLToPath(new URL('../../src/soak-command.js', import.meta.url));
  const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect(run('--help').stdout).toMatch(/With --minutes: .*Without: /s);
  expect(run('--minutes', '0').status).toBe(2);
  expect(run('--seed', '9', '--operations', '100').stdout).toMatch(/^seed 9\n.*no violation\n$/s);
});
