import type { Command } from 'commander';

/** One named benchmark of `npm run bench -- <name>`: adds its subcommand, options and action. */
export interface Benchmark {
  readonly name: string;
  readonly addTo: (program: Command) => void;
}

/** A wrong option or a measurement that could not be made; its message is for the person at the terminal. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
