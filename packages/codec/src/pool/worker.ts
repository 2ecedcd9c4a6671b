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
  if (output === undefined) return output;
  const pictures = 'gray' in output ? output.gray : 'bits' in output ? output.bits : undefined;
  if (pictures === undefined) return output;
  const moved = { [transferableSymbol]: [pictures.buffer], [valueSymbol]: output };
  return move(moved as unknown as Parameters<typeof move>[0]);
};
