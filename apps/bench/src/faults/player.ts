// Plays a share of a run's rounds, and prints a line of JSON for each.
import type { JobLine, JobRequest } from './jobs.js';
import { planOf } from './plan.js';
import { runFaults } from './run.js';

const { seed, rounds, only, jobs, job }: JobRequest = JSON.parse(process.argv[2] ?? '');
const tell = (line: JobLine): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const plan = planOf(seed, rounds, only === undefined ? undefined : new RegExp(only));
const problems = await runFaults({
  seed,
  plan: plan.filter(({ number }) => (number - 1) % jobs === job),
  onRound: (result) => tell({ type: 'round', result }),
});
tell({ type: 'done', problems });
