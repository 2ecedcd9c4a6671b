import { RetrieverSupervisor } from '@memvisor/retriever';
import {
  type DynamicSupervisorProtocol,
  isAlive,
  type Pid,
  processName,
  type SupervisorProtocol,
  startSupervisor,
  stopServer,
} from '@memvisor/supervisor';

/** Under this name the supervisor of the retrievers can be reached. */
export const retrievers = processName<DynamicSupervisorProtocol>('retrievers');

/** A running application: one root supervisor over all the others. */
export interface RootTree {
  readonly pid: Pid<SupervisorProtocol>;
  /** Ends the children in reverse order, each within its shutdown time. Nothing to do where the root has ended. */
  stop(): Promise<void>;
}

/** Starts a root supervisor over these children. */
export const startTree = async (children: Parameters<typeof startSupervisor>[0]): Promise<RootTree> => {
  const started = await startSupervisor(children, { label: 'memvisor' });
  if (!started.ok) throw new Error(`the root supervisor did not start: ${JSON.stringify(started)}`);
  const { pid } = started;
  return {
    pid,
    stop: async () => {
      if (isAlive(pid)) await stopServer(pid, 'shutdown');
    },
  };
};

/** The processes of a command that only reads. Loading the encoder would cost it a tenth of a second. */
export const startReaderTree = (): Promise<RootTree> =>
  startTree([RetrieverSupervisor.childSpec({ name: retrievers })]);
