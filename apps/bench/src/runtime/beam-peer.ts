import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describeOsExit, startOsProcess } from '@memvisor/supervisor';
import { BenchError } from '../benchmark.js';
import type { Peer } from './peer.js';
import type { Metrics } from './workload.js';

const script = fileURLToPath(new URL('../../../beam/runtime.exs', import.meta.url));

type Answer = Readonly<Record<string, number | string>>;

/**
 * Starts the BEAM with our script; its start is not measured. `undefined` when there is no `elixir`.
 *
 * @throws {BenchError} When there is one that does not run the script.
 */
export const startBeam = async (): Promise<Peer | undefined> => {
  // Room for more processes than its default of 262,144.
  const vm = startOsProcess({ program: 'elixir', args: ['--erl', '+P 2000000', script] });
  const waiting: ((answer: Answer | undefined) => void)[] = [];
  const lines: Answer[] = [];
  let over = false;
  const input = createInterface({ input: vm.stdout });
  input.on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    const next = waiting.shift();
    if (next === undefined) lines.push(answer);
    else next(answer);
  });
  const ended = vm.exited.then((exit) => {
    over = true;
    input.close();
    for (const next of waiting.splice(0)) next(undefined);
    return exit;
  });
  const answer = (): Promise<Answer | undefined> => {
    const line = lines.shift();
    if (line !== undefined || over) return Promise.resolve(line);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const close = async () => {
    await vm.stop();
    await ended;
  };

  const first = await answer();
  if (first === undefined) {
    const exit = await ended;
    if (exit.kind === 'not_started') return undefined;
    throw new BenchError(`elixir: ${describeOsExit(exit)}`);
  }

  return {
    system: 'beam',
    version: String(first.ready),
    run: async (workload, size, warmUp, timeoutMs) => {
      await vm.write(Buffer.from(`${workload} ${size} ${warmUp}\n`));
      const timer = setTimeout(() => void vm.stop(), timeoutMs);
      const metrics = await answer();
      clearTimeout(timer);
      if (metrics === undefined) throw new BenchError(`${workload} on beam: ${describeOsExit(await ended)}`);
      if (metrics.error !== undefined) throw new BenchError(`${workload} on beam: ${metrics.error}`);
      return metrics as Metrics;
    },
    close,
  };
};
