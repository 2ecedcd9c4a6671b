import { type DocumentReaderProtocol, documentReaderSpec } from '@memvisor/documents';
import { EncoderSupervisor } from '@memvisor/encoder';
import { RetrieverSupervisor } from '@memvisor/retriever';
import {
  type DynamicSupervisorProtocol,
  type Pid,
  processName,
  Supervisor,
  type SupervisorProtocol,
  startSupervisor,
  stopServer,
} from '@memvisor/supervisor';

/** Under these names the supervisors of the root tree can be reached. */
export const encoders = processName<DynamicSupervisorProtocol>('encoders');
export const retrievers = processName<DynamicSupervisorProtocol>('retrievers');

/** Under this name the reader of documents can be reached, once it is started. */
export const documents = processName<DocumentReaderProtocol>('documents');

/** Adds a reader of documents to the root tree; only `encode` needs one. */
export const startDocumentReader = async ({ pid }: RootTree): Promise<void> => {
  const started = await Supervisor.startChild(pid, documentReaderSpec({ name: documents }));
  if (!started.ok) throw new Error(`the reader of documents did not start: ${JSON.stringify(started)}`);
};

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
