import { DownMessage, defaultSystem, ExitMessage, spawn } from '../../../src/index.js';

spawn(async (ctx) => {
  ctx.trapExit(true);
  const linked = ctx.spawnLink((worker) => worker.exitSelf('done for'));
  const { pid } = ctx.spawnMonitor((worker) => worker.exitSelf('shutdown'));

  for (let left = 2; left > 0; left--) {
    const message = await ctx.receive();
    if (message instanceof ExitMessage) console.log('EXIT', message.from === linked, message.reason); // => EXIT true done for
    if (message instanceof DownMessage) console.log('DOWN', message.from === pid, message.reason); // => DOWN true shutdown
  }
});
await defaultSystem.settled();
