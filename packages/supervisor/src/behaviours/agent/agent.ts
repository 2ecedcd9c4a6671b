import { defaultSystem } from '../../default-system.js';
import type { Definition, StartResult } from '../../process/behaviour.js';
import type { ServerRef } from '../../process/pid.js';
import type { Call, MaybePromise } from '../../process/protocol.js';
import type { OutsideStartOptions, System } from '../../process/system.js';
import { after } from '../../supervision/in-order.js';
import { defineGenServer } from '../gen-server.js';
import { noreply, ok, reply, stop } from '../results.js';

/** What an agent accepts; the functions of `Agent` send these. */
export type AgentProtocol<State> = {
  readonly call:
    | Call<{ readonly type: 'get'; readonly read: (state: State) => unknown }, unknown>
    | Call<{ readonly type: 'update'; readonly change: (state: State) => MaybePromise<State> }, 'ok'>
    | Call<
        {
          readonly type: 'get_and_update';
          readonly change: (state: State) => MaybePromise<readonly [unknown, State]>;
        },
        unknown
      >;
  readonly cast: { readonly type: 'update'; readonly change: (state: State) => MaybePromise<State> };
};

/** Whatever an agent can be addressed by. */
export type AgentRef<State> = ServerRef<AgentProtocol<State>>;

/**
 * Defines an agent: a process that does nothing but keep a state, for `childSpec`. What happens to the state
 * is up to the functions that its clients send. For a state with rules of its own define a GenServer.
 *
 * @example
 * const settings = defineAgent({ name: 'settings', init: (file: string) => readSettings(file) });
 * await startSupervisor([childSpec(settings, 'app.json')]);
 */
export const defineAgent = <State, Args = void>({
  name = 'agent',
  init,
}: {
  /** For observers and logs, and the id of its child spec. Default: `'agent'`. */
  readonly name?: string;
  /** Makes the first state. */
  readonly init: (args: Args) => MaybePromise<State>;
}): Definition<AgentProtocol<State>, Args> =>
  defineGenServer<AgentProtocol<State>, State, Args>({
    name,
    init: (args) => after(init(args), ok),
    call: {
      get: ({ read }, state) => after(read(state), (value) => reply(value, state)),
      update: ({ change }, state) => after(change(state), (next) => reply('ok', next)),
      get_and_update: ({ change }, state) =>
        after(change(state), (pair) =>
          // A string, too, could be taken apart.
          Array.isArray(pair)
            ? reply(pair[0], pair[1])
            : stop({ kind: 'bad_return_value', value: pair }, state),
        ),
    },
    cast: { update: ({ change }, state) => after(change(state), (next) => noreply(next)) },
  });

/**
 * Starts an agent whose state `init` makes. With `parent`, it is linked to that process; without, to nobody.
 *
 * @example
 * const counter = await startAgent(() => 0);
 * if (counter.ok) await Agent.update(counter.pid, (n) => n + 1);
 */
export const startAgent = <State>(
  init: () => MaybePromise<State>,
  {
    system = defaultSystem,
    ...options
  }: OutsideStartOptions<AgentProtocol<State>> & { readonly system?: System } = {},
): Promise<StartResult<AgentProtocol<State>>> => system.start(defineAgent({ init }), undefined, options);
