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

type Door = {
  call: Call<{ type: 'unlock'; code: string }, 'open' | 'wrong code'> | Call<{ type: 'walk_in' }, 'welcome'>;
};
type DoorState = { name: 'locked'; wrong: number } | { name: 'open' };

const door = defineStateMachine<Door, DoorState>({
  name: 'door',
  init: () => startIn({ name: 'locked', wrong: 0 }),
  states: {
    locked: {
      call: {
        unlock: ({ code }, { wrong }, from) =>
          code === '1234'
            ? nextState({ name: 'open' }, [actions.reply(from, 'open')])
            : keepState({ name: 'locked', wrong: wrong + 1 }, [actions.reply(from, 'wrong code')]),
        walk_in: 'postpone', // comes again when the state has changed
      },
    },
    open: {
      enter: () => keepState(undefined, [actions.stateTimeout(10_000)]),
      call: {
        unlock: (_request, _state, from) => keepState(undefined, [actions.reply(from, 'open')]),
        walk_in: (_request, _state, from) => keepState(undefined, [actions.reply(from, 'welcome')]),
      },
      stateTimeout: () => nextState({ name: 'locked', wrong: 0 }),
    },
  },
});

const started = await start(door, undefined);
if (!started.ok) throw new Error('the door did not start');
const visitor = call(started.pid, { type: 'walk_in' });
console.log(await call(started.pid, { type: 'unlock', code: '0000' })); // => wrong code
console.log(await call(started.pid, { type: 'unlock', code: '1234' })); // => open
console.log(await visitor); // => welcome
await stopServer(started.pid);
