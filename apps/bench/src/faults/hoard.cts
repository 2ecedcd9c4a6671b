// Loaded into a thread before its own file: instead of its n-th answer the thread takes memory until it has none left.
import threads = require('node:worker_threads');

let answers = Number(process.env.MEMVISOR_HOARD_AFTER);
const { postMessage } = threads.MessagePort.prototype;

threads.MessagePort.prototype.postMessage = function (...args: Parameters<typeof postMessage>) {
  answers--;
  if (answers >= 0) return postMessage.apply(this, args);
  const hoard: number[][] = [];
  for (;;) hoard.push(new Array<number>(10_000).fill(0.5));
};
