import { expect, test } from '@jest/globals';
import { asMarkdown, judge, type Report } from '../../src/codec/report.js';
import { machine } from '../machine.js';

const archive = {
  profile: 'lossless',
  textBytes: 1e6,
  frames: 120,
  readable: 120,
  videoPerTextByte: 0.6,
  megabytesPerSecond: 1,
  speedTextBytes: 5e6,
  cpuMsPerFrame: 8,
  warm: { p50: 3, p99: 8, count: 1000 },
  cold: { p50: 100, p99: 120, count: 30 },
};

const report: Report = {
  machine,
  command: 'npm run bench -- codec',
  quick: false,
  textSource: 'A text',
  sweep: [],
  leftOut: [],
  archives: [archive],
  indexes: [
    { name: 'float32', isDefault: false, perTextByte: 2.2, vectorsPerTextByte: 2.1 },
    { name: 'int6', isDefault: true, perTextByte: 0.6, vectorsPerTextByte: 0.4 },
  ],
};

/** The targets that were measured, and whether they are met. */
const measured = (of: Report): (boolean | undefined)[] =>
  judge(of)
    .map(({ met }) => met)
    .filter((met) => met !== undefined);

test('just within each target is met, just beyond is not, and what was not measured is neither', () => {
  expect(judge(report)).toHaveLength(15);
  expect(measured(report)).toEqual(Array(6).fill(true));
  const beyond = {
    ...archive,
    videoPerTextByte: 0.61,
    megabytesPerSecond: 0.99,
    readable: 119,
    warm: { p50: 3.1, p99: 8.1, count: 1000 },
  };
  const indexes = report.indexes.map((one) => ({ ...one, perTextByte: 0.61 }));
  expect(measured({ ...report, archives: [beyond], indexes })).toEqual(Array(6).fill(false));
});

test('the index is told with what its vectors take', () => {
  expect(asMarkdown(report)).toContain('| int6 (default) | 0.600 | 0.400 |');
});
