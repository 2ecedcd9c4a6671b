import {
  type Call,
  call,
  cast,
  defineGenServer,
  type From,
  noreply,
  ok,
  start,
  stopServer,
} from '../../../src/index.js';

/** Hands out a fixed number of permits; whoever finds none waits until one comes back. */
type Permits = {
  call: Call<{ type: 'take' }, 'yours'>;
  cast: { type: 'give_back' };
};
type State = { readonly free: number; readonly waiting: readonly From<'yours'>[] };

const permits = defineGenServer<Permits, State, number>({
  init: (free) => ok({ free, waiting: [] }),
  call: {
    take: (_request, { free, waiting }, from, ctx) => {
      if (free === 0) return noreply({ free, waiting: [...waiting, from] });
      ctx.reply(from, 'yours');
      return noreply({ free: free - 1, waiting });
    },
  },
  cast: {
    give_back: (_message, { free, waiting: [next, ...others] }, ctx) => {
      if (next === undefined) return noreply({ free: free + 1, waiting: [] });
      ctx.reply(next, 'yours');
      return noreply({ free, waiting: others });
    },
  },
});

const started = await start(permits, 0);
if (!started.ok) throw new Error('it did not start');
const answer = call(started.pid, { type: 'take' }, 1000);
const late = call(started.pid, { type: 'take' }, 20);
await late.catch((error) => console.log(error.failure)); // => timeout
cast(started.pid, { type: 'give_back' });
console.log(await answer); // => yours
await stopServer(started.pid);
