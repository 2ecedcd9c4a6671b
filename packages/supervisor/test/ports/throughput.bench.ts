// Measures how fast bytes go through an OS process and messages through a Node child and a worker thread:
//   node packages/supervisor/dist/test/ports/throughput.bench.js
// `cat` has to reach 200 MB/s: raw video frames are to be ffmpeg's limit, not ours.
import { startNodeChild } from '../../src/ports/node-child.js';
import { startOsProcess } from '../../src/ports/os-process.js';
import { startWorkerThread } from '../../src/ports/worker-thread.js';

const chunk = Buffer.alloc(2 ** 20, 'x');
const chunks = 1000;

const throughCat = async (): Promise<{ megabytesPerSecond: number; mostWaitingMiB: number }> => {
  const cat = startOsProcess({ program: 'cat', args: [] });
  const start = performance.now();
  let mostWaiting = 0;
  const write = async () => {
    for (let i = 0; i < chunks; i++) {
      if (!(await cat.write(chunk))) throw new Error('cat takes no more');
      mostWaiting = Math.max(mostWaiting, cat.stdin.writableLength);
    }
    cat.endInput();
  };
  const written = write();
  let bytes = 0;
  for await (const part of cat.stdout) bytes += part.length;
  await written;
  const seconds = (performance.now() - start) / 1000;
  if (bytes !== chunks * chunk.length) throw new Error(`${bytes} bytes came back`);
  await cat.exited;
  return { megabytesPerSecond: Math.round(bytes / 1e6 / seconds), mostWaitingMiB: mostWaiting / 2 ** 20 };
};

const answers = new URL('./programs/answers.js', import.meta.url);
const vector = new Float32Array(512).fill(0.5);

const roundTrips = async (port: {
  request(ask: object): Promise<unknown>;
  stop(): Promise<unknown>;
}): Promise<{ startMs: number; roundTripMicroseconds: number }> => {
  const start = performance.now();
  await port.request({ type: 'double', vector });
  const started = performance.now();
  const times = 2000;
  for (let i = 0; i < times; i++) await port.request({ type: 'double', vector });
  const roundTripMicroseconds = Math.round(((performance.now() - started) * 1000) / times);
  await port.stop();
  return { startMs: Math.round(started - start), roundTripMicroseconds };
};

const cat = await throughCat();
console.log(
  JSON.stringify({
    cat,
    nodeChild: await roundTrips(startNodeChild(answers)),
    workerThread: await roundTrips(startWorkerThread(answers)),
  }),
);
process.exit(cat.megabytesPerSecond >= 200 ? 0 : 1);
