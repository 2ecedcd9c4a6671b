import { describeDocumentFailure, documentReader, readDocument } from '@memvisor/documents';
import { start, stopServer } from '@memvisor/supervisor';

/** The README's example: where in a file a word stands. */
export const example = async (path: string, word: string): Promise<string> => {
  const reader = await start(documentReader, { threads: 2 });
  if (!reader.ok) throw new Error('not started');
  try {
    const read = await readDocument(reader.pid, path);
    if (!read.ok) return describeDocumentFailure(read.failure);
    let page: number | undefined;
    for await (const piece of read.value.pieces) {
      page = piece.page ?? page;
      if (piece.text.includes(word)) return `page ${page}`;
    }
    return 'nowhere';
  } finally {
    await stopServer(reader.pid);
  }
};
