import {
  type Call,
  call,
  defineGenServer,
  ignore,
  isCrash,
  noreply,
  ok,
  reply,
  spawn,
  start,
  stop,
  TimeoutMessage,
} from '../../../src/index.js';

type Stack = {
  call: Call<{ type: 'pop' }, string | undefined>;
  cast: { type: 'push'; value: string };
  info: { type: 'tick' };
};

const stack = defineGenServer<Stack, readonly string[], readonly string[] | undefined>({
  name: 'stack',
  init: (first, ctx) => {
    ctx.trapExit(true); // Process.flag(:trap_exit, true)
    if (first === undefined) return ignore(); // :ignore
    return ok(first, { continue: 'warm up' }); // {:ok, state, {:continue, token}}
  },
  continue: (_token, state) => noreply(state, { timeoutMs: 30_000 }), // {:noreply, state, timeout}
  call: {
    // handle_call(:pop, from, [head | tail])
    pop: (_request, [head, ...tail]) => reply(head, tail), // {:reply, value, state}
  },
  cast: {
    // handle_cast({:push, value}, state)
    push: ({ value }, state) => noreply([value, ...state]), // {:noreply, state}
  },
  // handle_info: `send`, and EXIT, DOWN and timeout as objects of these classes
  info: (message, state) => (message instanceof TimeoutMessage ? stop('normal') : noreply(state)),
  terminate: (reason) => console.log('terminate', reason),
});

console.log((await start(stack, undefined)).ok); // => false
spawn(async (ctx) => {
  const started = await ctx.startLink(stack, ['a']); // GenServer.start_link
  if (!started.ok) return;
  const { pid } = started;
  ctx.cast(pid, { type: 'push', value: 'b' });
  console.log(await ctx.call(pid, { type: 'pop' })); // => b
  await ctx.stop(pid, 'shutdown'); // => terminate shutdown
  await call(pid, { type: 'pop' }).catch((error) => console.log(error.failure)); // => noproc
  console.log(isCrash({ kind: 'crash', error: new Error('e') })); // => true
});
