import { actions, type Call, defineStateMachine, keepState, nextState, startIn } from '../../src/index.js';

export type Door = {
  call: Call<{ type: 'enter'; code: string }, 'opened' | 'wrong code'> | Call<{ type: 'tries' }, number>;
  cast: { type: 'lock' };
};
export type DoorState = { name: 'locked'; code: string; tries: number } | { name: 'open'; code: string };

/** A door that locks itself after five seconds. */
export const door = defineStateMachine<Door, DoorState, string>({
  name: 'door',
  init: (code) => startIn({ name: 'locked', code, tries: 0 }),
  states: {
    locked: {
      call: {
        enter: ({ code }, state, from) =>
          code === state.code
            ? nextState({ name: 'open', code: state.code }, [actions.reply(from, 'opened')])
            : keepState({ ...state, tries: state.tries + 1 }, [actions.reply(from, 'wrong code')]),
        tries: (_request, { tries }, from) => keepState(undefined, [actions.reply(from, tries)]),
      },
      cast: { lock: 'ignore' },
    },
    open: {
      enter: () => keepState(undefined, [actions.stateTimeout(5000)]),
      call: {
        enter: 'postpone',
        tries: (_request, _state, from) => keepState(undefined, [actions.reply(from, 0)]),
      },
      cast: { lock: (_message, { code }) => nextState({ name: 'locked', code, tries: 0 }) },
      stateTimeout: (_content, { code }) => nextState({ name: 'locked', code, tries: 0 }),
    },
  },
});
