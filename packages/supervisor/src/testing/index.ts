// What tests of processes need; see the README's section on testing.
export { assertDown } from './assert-down.js';
export { FakeClock } from './fake-clock.js';
export { flushMailbox } from './flush-mailbox.js';
export { startSupervised } from './start-supervised.js';
export { createTestSystem, type TestSystem } from './test-system.js';
