import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** 32 hexadecimal digits over the content of files and the settings that also decide a vector. */
export const fingerprintOf = async (files: readonly string[], settings: object): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const file of await withExternalData(files))
    for await (const part of createReadStream(file)) hash.update(part);
  return hash.digest('hex').slice(0, 32);
};

/** Weights above 2 GB lie in a file of their own beside the graph. */
const withExternalData = async (files: readonly string[]): Promise<string[]> => {
  const all: string[] = [];
  for (const file of files) {
    all.push(file);
    if (await stat(`${file}_data`).catch(() => undefined)) all.push(`${file}_data`);
  }
  return all;
};
