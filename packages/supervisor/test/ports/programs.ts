import { fileURLToPath } from 'node:url';
import type { Command } from '../../src/ports/command.js';
import type { OsProcess } from '../../src/ports/os-process.js';

/** A program of test/fixtures/programs: one way of misbehaving each. */
export const fixture = (name: string, ...args: readonly string[]): Command => ({
  program: process.execPath,
  args: [fileURLToPath(new URL(`../../../test/fixtures/programs/${name}.mjs`, import.meta.url)), ...args],
});

/** Waits for the first output, by which a fixture says that it is ready. */
export const ready = (child: OsProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk)));
    void child.exited.then((exit) => reject(new Error(`not ready: ${JSON.stringify(exit)}`)));
  });

export const readAll = async (child: OsProcess): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
