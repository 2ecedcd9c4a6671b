import { defaultSystem } from '../../default-system.js';
import { behaviourOf, type StartResult } from '../../process/behaviour.js';
import type { OutsideStartOptions } from '../../process/system.js';
import {
  DynamicSupervisorBehaviour,
  type DynamicSupervisorDefinition,
} from '../../supervision/dynamic-supervisor.js';
import type { DynamicSupervisorOptions } from '../../supervision/flags.js';
import { DynamicSupervisorPlan } from '../../supervision/plan.js';
import type { DynamicSupervisorProtocol } from '../../supervision/protocol.js';
import type { SupervisorStartOptions } from '../../supervision/supervisor-client.js';

/** The options of a supervisor of tasks. */
export type TaskSupervisorOptions = Pick<
  DynamicSupervisorOptions,
  'maxChildren' | 'maxRestarts' | 'maxSeconds'
>;

/**
 * A supervisor of tasks, for `childSpec`. It holds tasks that are started one by one, waits for them when it
 * is stopped, and keeps them apart from the processes that start them.
 *
 * @example
 * const jobs = taskSupervisor({ name: 'jobs', maxChildren: 100 });
 * await startSupervisor([childSpec(jobs, undefined, { name: processName('jobs') })]);
 */
export const taskSupervisor = ({
  name = 'task_supervisor',
  ...options
}: TaskSupervisorOptions & { readonly name?: string } = {}): DynamicSupervisorDefinition => ({
  name,
  [behaviourOf]: new DynamicSupervisorBehaviour(
    'task_supervisor',
    name,
    () => new DynamicSupervisorPlan(options),
  ),
});

/** Starts a supervisor of tasks. */
export const startTaskSupervisor = (
  options: TaskSupervisorOptions & SupervisorStartOptions<DynamicSupervisorProtocol> = {},
): Promise<StartResult<DynamicSupervisorProtocol>> => {
  const { system = defaultSystem, parent, name, timeoutMs, mailbox, ...rest } = options;
  const given = { parent, name, timeoutMs, mailbox } as OutsideStartOptions<DynamicSupervisorProtocol>;
  return system.start(taskSupervisor(rest), undefined, given);
};
