// Tests run as compiled by `tsc -b`: the code that is tested is the code that is shipped, and worker
// threads and forked children start from the same files. Native ESM needs --experimental-vm-modules,
// which scripts/test.mjs passes.
/** @type {import('jest').Config} */
export default {
  rootDir: '.',
  roots: ['<rootDir>/packages', '<rootDir>/apps'],
  testMatch: ['**/dist/test/**/*.test.js'],
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/node_modules/.cache'],
  transform: {},
  testEnvironment: '<rootDir>/scripts/jest/environment.mjs',
  injectGlobals: false,
  testTimeout: 30_000,
};
