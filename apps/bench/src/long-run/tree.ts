// The root tree of the long run: encoders, retrievers and a registry that both enter themselves in by name.
import { EncoderSupervisor } from '@memvisor/encoder';
import { RetrieverSupervisor } from '@memvisor/retriever';
import {
  childSpec,
  type DynamicSupervisorProtocol,
  defineRegistry,
  type Pid,
  processName,
  type SupervisorProtocol,
  startSupervisor,
  stopServer,
} from '@memvisor/supervisor';

export const encoders = processName<DynamicSupervisorProtocol>('long-run-encoders');
export const retrievers = processName<DynamicSupervisorProtocol>('long-run-retrievers');
/** Everything that runs, by number: it must be empty when nothing does. */
export const running = defineRegistry<number, string>({
  name: 'long-run-registry',
  keys: 'unique',
});

/** Starts it. The budgets are large: that children die is what the run is about. */
export const startTree = async (): Promise<Pid<SupervisorProtocol>> => {
  const started = await startSupervisor(
    [
      childSpec(running, undefined),
      EncoderSupervisor.childSpec({ name: encoders, maxRestarts: 1000, maxSeconds: 5 }),
      RetrieverSupervisor.childSpec({ name: retrievers, maxRestarts: 1000, maxSeconds: 5 }),
    ],
    { maxRestarts: 1000, maxSeconds: 5 },
  );
  if (!started.ok) throw new Error('the root tree did not start');
  return started.pid;
};

export const stopTree = (root: Pid<SupervisorProtocol>): Promise<void> => stopServer(root, 'shutdown');
