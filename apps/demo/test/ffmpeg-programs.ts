import { chmod, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg } from '@memvisor/codec';

/** A real ffmpeg; `$real` in a script of {@link ffmpegThat}. */
const realFfmpeg = async (): Promise<string> => {
  const found = await findFfmpeg({ path: 'm.mp4' });
  if (!found.ok) throw new Error('these tests need ffmpeg');
  return found.value.program;
};

/**
 * An ffmpeg that shows what it can do as the real one, and does what the script says when it shall encode or
 * decode a picture.
 */
export const ffmpegThat = async (folder: string, name: string, script: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(
    path,
    `#!/bin/sh\nreal="${await realFfmpeg()}"\ncase "$*" in\n  *${devNull}*) exec "$real" "$@" ;;\n  *-f*) ${script} ;;\n  *) exec "$real" "$@" ;;\nesac\n`,
  );
  await chmod(path, 0o755);
  return path;
};
