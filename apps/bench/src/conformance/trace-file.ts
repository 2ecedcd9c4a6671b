import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlain, type Json } from './terms.js';

/** One case of a trace file. */
export interface Case {
  readonly name: string;
  readonly program: Json;
  readonly trace: readonly Json[];
}

/** A file of traces. */
export interface TraceFile {
  readonly path: string;
  readonly suite: string;
  readonly cases: readonly Case[];
}

/** A file that is not in the format. */
export class TraceFileError extends Error {}

const format = 'otp-conformance/1';

/** The trace files that the paths name: files as they are, folders with all their `.json` files. */
export const findTraceFiles = async (paths: readonly string[]): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch(() => undefined);
    if (kind === undefined) throw new TraceFileError(`${path}: no such file or folder`);
    if (!kind.isDirectory()) found.push(path);
    else
      for (const name of (await readdir(path)).sort())
        if (name.endsWith('.json')) found.push(join(path, name));
  }
  if (found.length === 0) throw new TraceFileError(`${paths.join(', ')}: no .json files there`);
  return found;
};

export const readTraceFile = async (path: string): Promise<TraceFile> => {
  let json: Json;
  try {
    json = JSON.parse(await readFile(path, 'utf8')) as Json;
  } catch (cause) {
    throw new TraceFileError(`${path}: ${(cause as Error).message}`);
  }
  if (!isPlain(json) || json.format !== format)
    throw new TraceFileError(`${path}: expected "format": "${format}"`);
  const { suite, cases } = json;
  if (typeof suite !== 'string' || !Array.isArray(cases))
    throw new TraceFileError(`${path}: expected a "suite" and "cases"`);
  return { path, suite, cases: cases.map((one, i) => checkCase(path, one, i)) };
};

const checkCase = (path: string, json: Json, i: number): Case => {
  if (!isPlain(json) || typeof json.name !== 'string' || !Array.isArray(json.trace))
    throw new TraceFileError(`${path}: case ${i + 1} has no "name" or no "trace"`);
  return { name: json.name, program: json.program as Json, trace: json.trace };
};
