import { expect, test } from '@jest/globals';
import {
  actions,
  type Call,
  defineStateMachine,
  keepState,
  nextState,
  type Pid,
  StateMachine,
  startIn,
} from '../../src/index.js';
import type { Door, DoorState } from './door.js';

type Alarm = {
  call: Call<{ type: 'arm' }, boolean>;
  internal: { type: 'ring'; loud: boolean };
  stateTimeout: 'over';
  namedTimeout: { name: 'siren'; content: number };
};
type AlarmState = { name: 'off' } | { name: 'on'; since: number };

// Each of these lines is checked by the compiler; none of them runs.
export const notRun = (pid: Pid<Door>) => {
  defineStateMachine<Door, DoorState>({
    init: () => startIn({ name: 'locked', code: '', tries: 0 }),
    // @ts-expect-error states without handlers
    states: {},
  });

  defineStateMachine<Alarm, AlarmState>({
    init: () => startIn({ name: 'off' }, [actions.namedTimeout('siren', 5, 1)]),
    states: {
      off: {
        call: {
          arm: (_request, _state, from) =>
            nextState({ name: 'on', since: 1 }, [
              actions.reply(from, true),
              actions.stateTimeout(5, 'over'),
              actions.internal({ type: 'ring', loud: true }),
            ]),
        },
        internal: { ring: ({ loud }) => (loud ? keepState() : nextState({ name: 'off' })) },
        namedTimeout: { siren: (content) => (content > 1 ? keepState() : nextState({ name: 'off' })) },
      },
      on: {
        // @ts-expect-error an enter callback can't postpone
        enter: () => keepState(undefined, [actions.postpone()]),
        call: {
          // @ts-expect-error no such state
          arm: () => nextState({ name: 'gone' }),
        },
        // @ts-expect-error no such internal event
        internal: { whisper: () => keepState() },
        // @ts-expect-error the data of the state is missing
        stateTimeout: (content) => (content === 'over' ? nextState({ name: 'on' }) : keepState()),
      },
    },
  });

  defineStateMachine<Alarm, AlarmState>({
    init: () => startIn({ name: 'off' }),
    states: {
      off: {
        call: {
          // @ts-expect-error the reply of `arm` is a boolean
          arm: (_request, _state, from) => keepState(undefined, [actions.reply(from, 'yes')]),
        },
      },
      on: (event, state) => {
        if (event.type === 'call')
          return keepState({ ...state, since: 2 }, [actions.reply(event.from, true)]);
        if (event.type === 'named_timeout') event.content.toFixed();
        // @ts-expect-error this machine has no casts
        if (event.type === 'cast') return keepState();
        return keepState();
      },
    },
  });

  // @ts-expect-error no such request
  void StateMachine.call(pid, { type: 'kick' });
  // @ts-expect-error the reply is a text
  const wrong: Promise<number> = StateMachine.call(pid, { type: 'enter', code: '' });
  return wrong;
};

test('wrong states, handlers, events, actions and replies do not compile', () => {
  expect(notRun).toBeInstanceOf(Function);
});
