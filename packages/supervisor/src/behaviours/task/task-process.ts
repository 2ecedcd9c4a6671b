import { type Behaviour, behaviourOf, type Definition, type InitOutcome } from '../../process/behaviour.js';
import type { Context } from '../../process/context.js';
import { FunctionBehaviour } from '../../process/function-process.js';
import type { Process } from '../../process/process.js';
import type { MaybePromise } from '../../process/protocol.js';

/** A bare process that computes something; observers see it as a task. */
export class TaskBehaviour extends FunctionBehaviour {
  override readonly kind: string = 'task';
}

class DefinedTask extends TaskBehaviour implements Behaviour {
  constructor(
    label: string,
    private readonly run: (args: never, ctx: Context) => MaybePromise<unknown>,
  ) {
    super(label);
  }

  override init(process: Process, args: unknown): InitOutcome {
    return super.init(process, (ctx: Context) => this.run(args as never, ctx));
  }
}

/**
 * Defines a task for `childSpec`, `start` or `startLink`: a process that runs a function once. Nobody waits
 * for its value; a crash is its supervisor's business. Give it `restart: 'temporary'` or `'transient'`.
 *
 * @example
 * const warmUp = defineTask({ name: 'warm_up', run: (urls: string[], ctx) => fetchAll(urls, ctx.signal) });
 * await startSupervisor([childSpec(warmUp, ['https://…'], { restart: 'transient' })]);
 */
export const defineTask = <Args = void>({
  name = 'task',
  run,
}: {
  /** For observers and logs, and the id of its child spec. Default: `'task'`. */
  readonly name?: string;
  /** The work. The process ends when it returns, or its promise resolves. */
  readonly run: (args: Args, ctx: Context) => MaybePromise<unknown>;
}): Definition<unknown, Args> => ({ name, [behaviourOf]: new DefinedTask(name, run) });
