import type { Behaviour, InitOutcome } from '../../process/behaviour.js';
import type { Context } from '../../process/context.js';
import { Exit, reasonOfThrown } from '../../process/errors.js';
import type { ExitReason } from '../../process/exit-reason.js';
import { ExitMessage, Tag } from '../../process/messages.js';
import type { PendingCall } from '../../process/pending-call.js';
import type { Process } from '../../process/process.js';
import { isPromise, type MaybePromise } from '../../process/protocol.js';
import { Ignore, Stop } from '../results.js';
import { decide } from './decide.js';
import type { Dispatch } from './dispatch.js';
import { type Effect, type Engine, type Input, newEngine } from './engine.js';
import { lengthOf } from './event-queue.js';
import { type AnyEvent, timeoutEvent } from './events.js';
import { MachineTimers, TimeoutSignal } from './machine-timers.js';
import { type AnyState, StartIn } from './results.js';

/** What a definition gives to the behaviour, with the types of its protocol left out. */
export interface MachineCallbacks {
  readonly init: (args: unknown, ctx: Context) => unknown;
  readonly dispatch: Dispatch;
  readonly enterCalls: boolean;
  readonly terminate: ((reason: ExitReason, state: AnyState, ctx: Context) => unknown) | undefined;
}

/** Events handled in one go before timers and I/O get their turn. */
const longestRun = 1000;

class Machine {
  constructor(
    public engine: Engine,
    readonly timers: MachineTimers,
  ) {}
}

/** Carries out what the engine decides: calls callbacks, answers, keeps the timers. */
export class StateMachineBehaviour implements Behaviour {
  readonly kind = 'gen_statem';

  constructor(
    readonly label: string,
    private readonly callbacks: MachineCallbacks,
  ) {}

  init(process: Process, args: unknown): MaybePromise<InitOutcome> {
    let result: unknown;
    try {
      result = this.callbacks.init(args, contextOf(process));
    } catch (thrown) {
      return initFailed(thrown);
    }
    return isPromise(result)
      ? result.then((value) => this.initialised(process, value), initFailed)
      : this.initialised(process, result);
  }

  private initialised(process: Process, result: unknown): InitOutcome {
    if (result instanceof Ignore) return { kind: 'ignore' };
    if (result instanceof Stop) return { kind: 'stop', reason: result.reason };
    if (!(result instanceof StartIn))
      return { kind: 'stop', reason: { kind: 'bad_return_from_init', value: result } };
    process.data = new Machine(
      newEngine(result.state, this.callbacks.enterCalls),
      new MachineTimers(process),
    );
    return { kind: 'ok', next: () => this.run(process, { type: 'started', actions: result.actions }) };
  }

  receive(process: Process, tag: number, payload: unknown): MaybePromise<void> {
    if (payload instanceof ExitMessage && process.obeys(payload.from))
      return this.terminate(process, payload.reason, payload.reason);
    const event = arrived(process, tag, payload);
    if (event !== undefined) return this.run(process, { type: 'arrived', event });
  }

  /** From one input to the moment when the machine waits for a message, or for a promise. */
  private run(process: Process, first: Input): MaybePromise<void> {
    let input = first;
    for (let left = longestRun; left > 0; left--) {
      const machine = machineOf(process);
      const [engine, effects] = decide(machine.engine, input, machine.timers);
      machine.engine = engine;
      let result: unknown;
      let invoked = false;
      for (const effect of effects) {
        if (effect.type === 'invoke') {
          result = this.callbacks.dispatch(effect.event, effect.state, contextOf(process));
          invoked = true;
        } else {
          const end = this.perform(process, machine, effect);
          if (end !== undefined) return end();
        }
      }
      // Killed while the callback ran: nothing of its result counts.
      if (!invoked || process.dead) return;
      if (isPromise(result)) return result.then((value) => this.resume(process, value));
      input = { type: 'returned', result };
    }
    return afterOthers().then(() => (process.dead ? undefined : this.run(process, input)));
  }

  private resume(process: Process, result: unknown): MaybePromise<void> {
    if (!process.dead) return this.run(process, { type: 'returned', result });
  }

  /** Carries out one effect. When it ends the machine, the ending is returned instead. */
  private perform(
    process: Process,
    machine: Machine,
    effect: Exclude<Effect, { type: 'invoke' }>,
  ): (() => MaybePromise<void>) | undefined {
    switch (effect.type) {
      case 'reply':
        effect.from.reply(effect.value);
        return undefined;
      case 'start_timer':
        machine.timers.start(effect.key, effect.afterMs, effect.content);
        return undefined;
      case 'update_timer':
        machine.timers.update(effect.key, effect.content);
        return undefined;
      case 'cancel_timer':
        machine.timers.cancel(effect.key);
        return undefined;
      case 'stop':
        return () => this.terminate(process, effect.reason, effect.reason, effect.state);
      case 'fault':
        return () =>
          this.terminate(process, effect.fault, { kind: 'crash', error: effect.fault }, effect.state);
    }
  }

  /** A callback threw: `terminate` gets the bare error and the state from before the event. */
  failed(process: Process, thrown: unknown): MaybePromise<void> {
    const exit = reasonOfThrown(thrown);
    return this.terminate(process, thrown instanceof Exit ? exit : (thrown as ExitReason), exit);
  }

  stop(process: Process, reason: ExitReason): MaybePromise<void> {
    return this.terminate(process, reason, reason);
  }

  held(process: Process): number {
    const { data } = process;
    return data instanceof Machine ? lengthOf(data.engine.queue) + lengthOf(data.engine.postponed) : 0;
  }

  getState(process: Process): unknown {
    return machineOf(process).engine.state;
  }

  replaceState(process: Process, change: (state: unknown) => unknown): unknown {
    const machine = machineOf(process);
    const state = change(machine.engine.state) as AnyState;
    machine.engine = { ...machine.engine, state };
    return state;
  }

  private terminate(
    process: Process,
    told: ExitReason,
    reason: ExitReason,
    state: AnyState = machineOf(process).engine.state,
  ): MaybePromise<void> {
    const end = () => process.end(reason);
    const { terminate } = this.callbacks;
    if (terminate === undefined || process.dead) return end();
    let result: unknown;
    try {
      result = terminate(told, state, contextOf(process));
    } catch (thrown) {
      return process.end(reasonOfThrown(thrown));
    }
    if (!isPromise(result)) return end();
    return result.then(end, (thrown) => process.end(reasonOfThrown(thrown)));
  }
}

const machineOf = (process: Process): Machine => process.data as Machine;
const contextOf = (process: Process): Context => process as unknown as Context;

/** The starter hears the bare error, as gen_statem's does; the process ends with the crash around it. */
const initFailed = (thrown: unknown): InitOutcome => {
  const reason = reasonOfThrown(thrown);
  return { kind: 'stop', reason, error: thrown instanceof Exit ? reason : (thrown as ExitReason) };
};

/** The event that a message means; none for a timeout that was cancelled on its way. */
const arrived = (process: Process, tag: number, payload: unknown): AnyEvent | undefined => {
  if (payload instanceof TimeoutSignal) {
    const content = machineOf(process).timers.take(payload);
    return content === undefined ? undefined : timeoutEvent(payload.key, content.value);
  }
  switch (tag) {
    case Tag.call: {
      const call = payload as PendingCall;
      return { type: 'call', content: call.request, from: call };
    }
    case Tag.cast:
      return { type: 'cast', content: payload };
    default:
      return { type: 'info', content: payload };
  }
};

const afterOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
