import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { giveWay } from './give-way.js';
import type { JobInput, JobName } from './jobs.js';

// Before anything else is loaded: that takes longer than many a job.
if ((workerData as { readonly background?: boolean } | null)?.background === true) giveWay();

const { runJob } = await import('./jobs.js');
// Required, not imported: for an import Node reads through all of the package once more, to find its names.
const { move, transferableSymbol, valueSymbol }: typeof Piscina = createRequire(import.meta.url)('piscina');

/** The entry of a pool's threads. Pictures are moved back, not copied. */
export default async <Name extends JobName>({
  name,
  input,
}: {
  readonly name: Name;
  readonly input: JobInput<Name>;
}): Promise<unknown> => {
  const output = await runJob(name, input);
  if (output === undefined) return output;
  const pictures = 'gray' in output ? output.gray : 'bits' in output ? output.bits : undefined;
  if (pictures === undefined) return output;
  const moved = { [transferableSymbol]: [pictures.buffer], [valueSymbol]: output };
  return move(moved as unknown as Parameters<typeof move>[0]);
};
