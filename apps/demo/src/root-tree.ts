import { type DocumentReaderProtocol, documentReaderSpec } from '@memvisor/documents';
import { EncoderSupervisor } from '@memvisor/encoder';
import { RetrieverSupervisor } from '@memvisor/retriever';
import { type DynamicSupervisorProtocol, processName, Supervisor } from '@memvisor/supervisor';
import { type RootTree, retrievers, startTree } from './reader-tree.js';

/** Under this name the supervisor of the encoders can be reached. */
export const encoders = processName<DynamicSupervisorProtocol>('encoders');

/** Under this name the reader of documents can be reached, once it is started. */
export const documents = processName<DocumentReaderProtocol>('documents');

/** Adds a reader of documents to the root tree; only `encode` needs one. */
export const startDocumentReader = async ({ pid }: RootTree): Promise<void> => {
  const started = await Supervisor.startChild(pid, documentReaderSpec({ name: documents }));
  if (!started.ok) throw new Error(`the reader of documents did not start: ${JSON.stringify(started)}`);
};

/** Starts the application's processes: one root supervisor over the encoders and the retrievers. */
export const startRootTree = (): Promise<RootTree> =>
  startTree([
    EncoderSupervisor.childSpec({ name: encoders }),
    RetrieverSupervisor.childSpec({ name: retrievers }),
  ]);
