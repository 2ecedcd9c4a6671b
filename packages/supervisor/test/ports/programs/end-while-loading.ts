// A program: a pool's thread is terminated as soon as it is made. Its file says when it has loaded.
import { writeSync } from 'node:fs';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { letThreadsLoad } from '@memvisor/supervisor';

if (isMainThread) {
  const pool: { threads: Worker[] } = { threads: [] };
  letThreadsLoad(pool);
  const worker = new Worker(new URL(import.meta.url));
  pool.threads.push(worker);
  await new Promise(setImmediate);
  await worker.terminate();
  writeSync(1, 'ended');
} else {
  writeSync(1, 'loaded ');
  parentPort?.postMessage('loaded');
  setInterval(() => {}, 1000);
}
