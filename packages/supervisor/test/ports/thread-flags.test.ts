import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { terminableThreadFlags } from '@memvisor/supervisor';

/** Requires this very file's neighbour, an ES module, and tells what came of it. */
const code = (module: string): string => `
  const { parentPort } = require('node:worker_threads');
  try { require(${JSON.stringify(module)}); parentPort.postMessage('required'); }
  catch (error) { parentPort.postMessage(error.code); }
`;

test('a thread with the flags for threads that may be ended requires no ES module', async () => {
  const module = fileURLToPath(new URL('./programs.js', import.meta.url));
  const worker = new Worker(code(module), { eval: true, execArgv: [...terminableThreadFlags] });
  const [told] = await once(worker, 'message');
  await worker.terminate();
  expect(told).toBe('ERR_REQUIRE_ESM');
});
