import { describeFailure, openArchive, writeArchive } from '../src/index.js';

export const example = async (path: string): Promise<string[]> => {
  const chunks = [
    { id: 0, text: 'The library of Alexandria burned.' },
    { id: 1, text: 'This one plays in any browser.', meta: { source: 'readme' } },
  ];
  const written = await writeArchive(chunks, { path });
  if (!written.ok) throw new Error(describeFailure(written.failure));

  const opened = await openArchive(path);
  if (!opened.ok) throw new Error(describeFailure(opened.failure));
  const found = await opened.value.readChunks([1]);
  await opened.value.close();
  return found.ok ? found.value.map(({ text }) => text) : [];
};
