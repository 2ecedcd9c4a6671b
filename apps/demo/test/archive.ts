import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memvisor } from './cli.js';

const texts: Readonly<Record<string, string>> = {
  'bees.txt': 'Bees turn nectar into honey in their hive.\n',
  'ships.txt': 'The ship sailed north in May, against the wind.\n',
  'law.txt': 'A court may hear the appeal within thirty days.\n',
};

/** Encodes three small texts with the real model; the video is `m.mp4` in the folder. */
export const encodeThreeTexts = async (folder: string): Promise<string> => {
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  const video = join(folder, 'm.mp4');
  const { code, stderr } = await memvisor(['encode', ...Object.keys(texts), '--out', 'm.mp4', '--json'], {
    cwd: folder,
  });
  if (code !== 0) throw new Error(stderr);
  return video;
};
