import {
  actions,
  type Call,
  call,
  defineStateMachine,
  keepState,
  nextState,
  start,
  startIn,
  stopServer,
} from '../../../src/index.js';

// callback_mode() -> [handle_event_function, state_enter].
type Button = { call: Call<{ type: 'push' }, 'on' | 'off'> };
type Light = { name: 'on' | 'off'; pushes: number };

const light = defineStateMachine<Button, Light>({
  init: () => startIn({ name: 'off', pushes: 0 }),
  enterCalls: true,
  handleEvent: (event, state) => {
    if (event.type !== 'call') return keepState(); // enter, cast, info, timeouts …
    const name = state.name === 'on' ? 'off' : 'on';
    return nextState({ name, pushes: state.pushes + 1 }, [actions.reply(event.from, name)]);
  },
});

const started = await start(light, undefined);
if (!started.ok) throw new Error('the light did not start');
console.log(await call(started.pid, { type: 'push' })); // => on
await stopServer(started.pid);
