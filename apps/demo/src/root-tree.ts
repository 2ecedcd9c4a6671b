import { EncoderSupervisor } from '@memvisor/encoder';
import { RetrieverSupervisor } from '@memvisor/retriever';
import {
  type DynamicSupervisorProtocol,
  type Pid,
  processName,
  type SupervisorProtocol,
  startSupervisor,
  stopServer,
} from '@memvisor/supervisor';

/** Under these names the supervisors of the root tree can be reached. */
export const encoders = processName<DynamicSupervisorProtocol>('encoders');
export const retrievers = processName<DynamicSupervisorProtocol>('retrievers');

/** The running application: one root supervisor over the encoders and the retrievers. */
export interface RootTree {
  readonly pid: Pid<SupervisorProtocol>;
  /** Ends the children in reverse order, each within its shutdown time. */
  stop(): Promise<void>;
}

/** Starts the application's processes. */
export const startRootTree = async (): Promise<RootTree> => {
  const started = await startSupervisor([
    EncoderSupervisor.childSpec({ name: encoders }),
    RetrieverSupervisor.childSpec({ name: retrievers }),
  ]);
  if (!started.ok) throw new Error(`the root supervisor did not start: ${JSON.stringify(started)}`);
  const { pid } = started;
  return { pid, stop: () => stopServer(pid, 'shutdown') };
};
