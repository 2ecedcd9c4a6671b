import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { giveWay } from './give-way.js';
import { type JobInput, type JobName, runJob } from './jobs.js';

if ((workerData as { readonly background?: boolean } | null)?.background === true) giveWay();

/** The entry of a pool's threads. Pictures are moved back, not copied. */
export default async <Name extends JobName>({
  name,
  input,
}: {
  readonly name: Name;
  readonly input: JobInput<Name>;
}): Promise<unknown> => {
  const output = await runJob(name, input);
  if (output === undefined || !('gray' in output)) return output;
  const moved = { [transferableSymbol]: [output.gray.buffer], [valueSymbol]: output };
  return move(moved as unknown as Parameters<typeof move>[0]);
};
