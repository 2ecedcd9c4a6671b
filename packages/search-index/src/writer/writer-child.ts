// The program of an index writer's process: one index, written from front to back.
import { serveParent } from '@memvisor/supervisor/child';
import { IndexOptionError } from '../failure.js';
import { IndexFileWriter } from './index-file-writer.js';
import type { WriterReply, WriterRequest } from './protocol.js';

let writer: IndexFileWriter | undefined;
let target = '';

const answer = (request: WriterRequest): WriterReply => {
  if (request.type === 'create') {
    target = request.path;
    writer = new IndexFileWriter(request.settings, request.path);
    return { type: 'added', size: 0 };
  }
  if (writer === undefined) throw new Error('asked before a file was made');
  if (request.type === 'add') {
    writer.addAll(request.entries);
    return { type: 'added', size: writer.size };
  }
  const saved = writer.finish(request.placement);
  writer.close();
  return { type: 'saved', result: { ok: true, ...saved } };
};

serveParent(async (request: WriterRequest): Promise<WriterReply> => {
  try {
    return answer(request);
  } catch (error) {
    if (error instanceof IndexOptionError) {
      const { option, value, expected } = error;
      return { type: 'refused', option, value, expected };
    }
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string' || !('syscall' in (error as Error))) throw error;
    return { type: 'failed', failure: { kind: 'not_written', path: target, code } };
  }
});
