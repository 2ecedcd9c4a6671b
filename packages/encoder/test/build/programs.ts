import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFfmpeg } from '@memvisor/codec';

/** An ffmpeg that works until it is asked to encode to a file, and then does what `script` says. */
export const brokenFfmpeg = async (folder: string, script: string): Promise<string> => {
  const found = await findFfmpeg({ path: join(folder, 'm.mp4') });
  if (!found.ok) throw new Error('these tests need ffmpeg');
  const path = join(folder, 'ffmpeg');
  await writeFile(
    path,
    `#!/bin/sh\ncase "$*" in\n  *rawvideo*building*) ${script} ;;\n  *) exec "${found.value.program}" "$@" ;;\nesac\n`,
  );
  await chmod(path, 0o755);
  return path;
};
