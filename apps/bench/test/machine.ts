import type { Machine } from '../src/runtime/machine.js';

/** Where a report says that it was measured. */
export const machine: Machine = {
  date: '2026-01-01',
  cpu: 'x',
  cores: 2,
  memoryGb: 8,
  os: 'Linux',
  load: 0,
  loadAtEnd: 0,
  versions: {},
};
