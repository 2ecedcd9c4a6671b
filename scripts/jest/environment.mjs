import { TestEnvironment } from 'jest-environment-node';

/** What a finished test file may not leave running. Referenced resources only: these keep Node alive. */
const watched = new Set([
  'Timeout',
  'Immediate',
  'ProcessWrap',
  'Worker',
  'MessagePort',
  'TCPSocketWrap',
  'TCPServerWrap',
]);

const count = () => {
  const counts = new Map();
  for (const type of process.getActiveResourcesInfo())
    if (watched.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
};

const excess = (before) =>
  [...count()]
    .filter(([type, n]) => n > (before.get(type) ?? 0))
    .map(([type, n]) => `${n - (before.get(type) ?? 0)} ${type}`);

/** Fails a test file that leaves a timer, child process, worker or socket behind. */
export default class LeakCheckingEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    // Typed arrays of Node's own realm: native addons check `instanceof` against these.
    for (const name of [
      'Float32Array',
      'Float64Array',
      'BigInt64Array',
      'Int32Array',
      'Uint16Array',
      'Int8Array',
    ])
      this.global[name] = globalThis[name];
    this.before = count();
  }

  async teardown() {
    let left = excess(this.before);
    // Ended processes are reaped when the machine gets round to it.
    for (let waited = 0; left.length > 0 && waited < 15_000; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      left = excess(this.before);
    }
    await super.teardown();
    if (left.length > 0) throw new Error(`left behind by this test file: ${left.join(', ')}`);
  }
}
