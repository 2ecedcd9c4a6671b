import { defaultSystem } from '../../default-system.js';
import type { Context } from '../../process/context.js';
import type { ExitReason } from '../../process/exit-reason.js';
import type { MaybePromise } from '../../process/protocol.js';
import type { System } from '../../process/system.js';
import type { AgentRef } from './agent.js';

/** Who asks an agent: a process by its context, or a system. */
export type AgentAsker = Pick<Context, 'call' | 'cast' | 'stop'> | Pick<System, 'call' | 'cast' | 'stop'>;

/** What `read` makes of the state. It runs in the agent; when it throws, the agent crashes. */
export const get = <State, Value>(
  agent: AgentRef<State>,
  read: (state: State) => MaybePromise<Value>,
  timeoutMs?: number,
  asker: AgentAsker = defaultSystem,
): Promise<Value> => asker.call(agent, { type: 'get', read }, timeoutMs) as Promise<Value>;

/** Replaces the state by what `change` makes of it, and waits for that. */
export const update = <State>(
  agent: AgentRef<State>,
  change: (state: State) => MaybePromise<State>,
  timeoutMs?: number,
  asker: AgentAsker = defaultSystem,
): Promise<void> => asker.call(agent, { type: 'update', change }, timeoutMs).then(() => undefined);

/** Replaces the state and gives a value, in one step: `change` returns `[value, state]`. */
export const getAndUpdate = <State, Value>(
  agent: AgentRef<State>,
  change: (state: State) => MaybePromise<readonly [Value, State]>,
  timeoutMs?: number,
  asker: AgentAsker = defaultSystem,
): Promise<Value> => asker.call(agent, { type: 'get_and_update', change }, timeoutMs) as Promise<Value>;

/** Replaces the state without waiting. */
export const cast = <State>(
  agent: AgentRef<State>,
  change: (state: State) => MaybePromise<State>,
  asker: AgentAsker = defaultSystem,
): void => asker.cast(agent, { type: 'update', change });

/** Stops the agent and waits until it is gone; see `stopServer`. */
export const stop = <State>(
  agent: AgentRef<State>,
  reason?: ExitReason,
  timeoutMs?: number,
  asker: AgentAsker = defaultSystem,
): Promise<void> => asker.stop(agent, reason, timeoutMs);
