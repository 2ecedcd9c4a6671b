import { call, cast, defineGenServer, noreply, ok, type Pid, start } from '@memvisor/supervisor';
import { forASecond, percentile, perSecond, watchTimer } from '../clock.js';
import type { Run } from '../workload.js';
import { type Counter, counter, started } from './servers.js';

const batch = 500;

type Flooder = { cast: { type: 'more'; left: number } };

/** Sends to `victim` as fast as it can, `batch` messages at each of its own. */
const flooder = defineGenServer<Flooder, Pid<Counter>, Pid<Counter>>({
  name: 'flooder',
  init: (victim) => ok(victim),
  cast: {
    more: ({ left }, victim, ctx) => {
      for (let i = 0; i < batch; i++) ctx.cast(victim, { type: 'add', by: 1 });
      if (left > batch) ctx.cast(ctx.self, { type: 'more', left: left - batch });
      return noreply(victim);
    },
  },
});

export const fair: Run = async (size) => {
  const victim = started(await start(counter, 0));
  const called = started(await start(counter, 0));
  const source = started(await start(flooder, victim));
  const timer = watchTimer();
  const waits: number[] = [];
  const began = performance.now();
  let over = false;
  const caller = (async () => {
    while (!over) {
      const asked = performance.now();
      await call(called, { type: 'get' });
      waits.push(performance.now() - asked);
    }
  })();
  // One flood takes 50 ms, in which there are 40 calls: too few for a p99.
  const floods = await forASecond(async (round) => {
    cast(source, { type: 'more', left: size });
    let handled = 0;
    while (handled < round * size) handled = await call(victim, { type: 'get' }, 60_000);
  });
  const ms = performance.now() - began;
  over = true;
  await caller;
  return {
    call_p99: percentile(waits, 0.99),
    timer_p99: percentile(timer.stop(), 0.99),
    rate: perSecond(floods * size, ms),
  };
};
