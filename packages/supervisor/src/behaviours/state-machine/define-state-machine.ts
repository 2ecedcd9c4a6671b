import { behaviourOf, type Definition } from '../../process/behaviour.js';
import type { Context } from '../../process/context.js';
import type { ExitReason } from '../../process/exit-reason.js';
import type { MaybePromise } from '../../process/protocol.js';
import { type AnyStates, type Dispatch, dispatchByState } from './dispatch.js';
import type { MachineProtocol, StateEvent } from './events.js';
import type { States } from './handlers.js';
import { type MachineCallbacks, StateMachineBehaviour } from './machine-process.js';
import type { AnyState, MachineInit, MachineResult } from './results.js';

type Common<P extends MachineProtocol, State extends AnyState, Args> = {
  /** For observers and logs. Default: `'gen_statem'`. */
  readonly name?: string;
  /** Makes the first state. The starter waits for it. */
  readonly init: (args: Args, ctx: Context<P>) => MaybePromise<MachineInit<P, State>>;
  /**
   * Runs before the process ends: after a stop result, after a callback threw (`reason` is then the bare
   * error), when the parent ends while this process traps exits. Not when a signal ends it that it does not
   * trap. What it throws becomes the exit reason.
   */
  readonly terminate?: (reason: ExitReason, state: State, ctx: Context<P>) => MaybePromise<unknown>;
};

/** A machine that is described state by state. */
export type StateFunctionCallbacks<P extends MachineProtocol, State extends AnyState, Args> = Common<
  P,
  State,
  Args
> & {
  /** The handlers of every state. */
  readonly states: States<P, State>;
  /**
   * Whether entering a state calls its `enter` handler, or its function with an `enter` event. Default:
   * `true` when a state's table has an `enter` handler.
   */
  readonly enterCalls?: boolean;
};

/** A machine that has one function for all events: `handle_event_function` in OTP. */
export type HandleEventCallbacks<P extends MachineProtocol, State extends AnyState, Args> = Common<
  P,
  State,
  Args
> & {
  /** Handles every event in every state. */
  readonly handleEvent: (
    event: StateEvent<P, State>,
    state: State,
    ctx: Context<P>,
  ) => MaybePromise<MachineResult<P, State>>;
  /** Whether entering a state calls `handleEvent` with an `enter` event. Default: `false`. */
  readonly enterCalls?: boolean;
};

/** What {@link defineStateMachine} makes; hand it to `start`, `startLink` or `childSpec`. */
export type StateMachineDefinition<P extends MachineProtocol, Args> = Definition<P, Args>;

/**
 * Defines a state machine with the rules of OTP's `gen_statem`: a process whose handling of an event
 * depends on the state it is in, with postponed and inserted events, three kinds of timeouts and enter
 * calls.
 *
 * The states are a union over `name`; what else a state holds is its data. A state whose name differs from
 * the one before is another state.
 *
 * @typeParam P - What it accepts; see {@link MachineProtocol}.
 * @typeParam State - The union of its states.
 * @typeParam Args - What `start` hands to `init`.
 * @example
 * type Door = { call: Call<{ type: 'enter'; code: string }, 'opened' | 'wrong code'> };
 * type DoorState = { name: 'locked'; code: string } | { name: 'open'; code: string };
 * const door = defineStateMachine<Door, DoorState, string>({
 *   init: (code) => startIn({ name: 'locked', code }),
 *   states: {
 *     locked: {
 *       call: {
 *         enter: ({ code }, state, from) =>
 *           code === state.code
 *             ? nextState({ ...state, name: 'open' }, [actions.reply(from, 'opened')])
 *             : keepState(state, [actions.reply(from, 'wrong code')]),
 *       },
 *     },
 *     open: {
 *       enter: () => keepState(undefined, [actions.stateTimeout(5000)]),
 *       call: { enter: 'postpone' },
 *       stateTimeout: (_content, state) => nextState({ ...state, name: 'locked' }),
 *     },
 *   },
 * });
 */
export function defineStateMachine<P extends MachineProtocol, State extends AnyState, Args = void>(
  callbacks: StateFunctionCallbacks<P, State, Args> | HandleEventCallbacks<P, State, Args>,
): StateMachineDefinition<P, Args> {
  const { name = 'gen_statem', terminate } = callbacks;
  const init = callbacks.init as MachineCallbacks['init'];
  return {
    name,
    [behaviourOf]: new StateMachineBehaviour(name, {
      init,
      terminate: terminate as MachineCallbacks['terminate'],
      ...('handleEvent' in callbacks ? oneFunction(callbacks) : byState(name, callbacks)),
    }),
  };
}

type Handling = Pick<MachineCallbacks, 'dispatch' | 'enterCalls'>;

const byState = <P extends MachineProtocol, State extends AnyState, Args>(
  name: string,
  { states, enterCalls }: StateFunctionCallbacks<P, State, Args>,
): Handling => {
  const tables = states as unknown as AnyStates;
  const wantsEntry = Object.values(tables).some((one) => typeof one === 'object' && one.enter !== undefined);
  return { dispatch: dispatchByState(name, tables), enterCalls: enterCalls ?? wantsEntry };
};

const oneFunction = <P extends MachineProtocol, State extends AnyState, Args>({
  handleEvent,
  enterCalls = false,
}: HandleEventCallbacks<P, State, Args>): Handling => ({
  enterCalls,
  dispatch: handleEvent as unknown as Dispatch,
});
