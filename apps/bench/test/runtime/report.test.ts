import { expect, test } from '@jest/globals';
import { asMarkdown, asText, short } from '../../src/runtime/report.js';
import { median, ratio, summarise } from '../../src/runtime/results.js';
import { judge } from '../../src/runtime/targets.js';
import { type SystemName, sizeFor, type Workload } from '../../src/runtime/workload.js';
import { machine } from '../machine.js';

const workload: Workload = {
  name: 'cast',
  title: 'N messages',
  size: { full: 1000, quick: 100 },
  metrics: [{ name: 'rate', unit: 'messages/s', better: 'more' }],
  peers: { nact: { full: 50, quick: 5, why: 'slow' }, xstate: 'cannot', beam: true },
};
const result = (system: SystemName, ...rates: number[]) =>
  summarise(
    workload,
    system,
    sizeFor(workload, system, false) as number,
    rates.map((rate) => ({ rate })),
  );

test('the median of an odd number is the middle, of an even number the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 6])).toBe(5.5);
});

test('a ratio is above 1 where we are ahead, whichever way is better', () => {
  expect(ratio({ better: 'more' }, 20, 10)).toBe(2);
  expect(ratio({ better: 'less' }, 10, 20)).toBe(2);
});

test('a peer runs at its own size, or not at all', () => {
  expect(sizeFor(workload, 'memvisor', true)).toBe(100);
  expect(sizeFor(workload, 'nact', false)).toBe(50);
  expect(sizeFor(workload, 'xstate', false)).toBe('cannot');
});

test.each([
  ['at least', 19, false],
  ['at least', 20, true],
  ['at most', 20, true],
  ['at most', 21, false],
] as const)('%s 2 × BEAM with %d to its 10: %s', (bound, ours, met) => {
  const target = {
    workload: 'cast',
    metric: 'rate',
    bound,
    value: 2,
    times: { workload: 'cast', metric: 'rate' },
  };
  expect(judge(target, [...result('memvisor', ours), ...result('beam', 10)])?.met).toBe(met);
  expect(judge(target, result('memvisor', ours))).toBeUndefined();
});

test('the report has a row a metric, the ratios, the targets, and why a figure is missing', () => {
  const systems = ['memvisor', 'nact', 'xstate', 'beam'] as const;
  const report = {
    machine,
    command: 'npm run bench -- runtime',
    quick: false,
    workloads: [workload],
    systems,
    results: [...result('memvisor', 30_000_000), ...result('nact', 1_000_000), ...result('beam', 10_000_000)],
    failures: [],
  };
  const text = asText(report);
  expect(text).toContain('30 M      1 M at 50 (30×)  –       10 M (3×)');
  expect(text).toContain('cast rate: at least 2 × BEAM: 3, met');
  expect(text).toContain('cast, xstate: cannot');
  expect(asMarkdown(report)).toContain('| cast | messages/s | 30 M | 1 M at 50 (30×) | – | 10 M (3×) |');
});

test.each([
  [0.0123456, '0.0123'],
  [9999, '9999'],
  [12_345, '12.3 k'],
  [1_234_567, '1.23 M'],
])('%d is shown as %s', (value, text) => {
  expect(short(value)).toBe(text);
});
