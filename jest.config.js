// Tests run as compiled by `tsc -b`: the code that is tested is the code that is shipped, and worker
// threads and forked children start from the same files. Native ESM needs --experimental-vm-modules,
// which scripts/test.mjs passes.
import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  rootDir: '.',
  roots: ['<rootDir>/packages', '<rootDir>/apps'],
  testMatch: ['**/dist/test/**/*.test.js'],
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/node_modules/.cache'],
  transform: {},
  // Tests start ffmpegs and models of their own, so half the cores are enough; two where there are but two.
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  // Jest's soft deletion of globals calls itself without end when something is written to one later on.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  testEnvironment: '<rootDir>/scripts/jest/environment.mjs',
  injectGlobals: false,
  testTimeout: 30_000,
};
