// Plays a share of a run's rounds, and prints a line of JSON for each.
import type { JobLine, JobRequest } from './jobs.js';
import { planOf } from './plan.js';
import { runFaults } from './run.js';

const { seed, rounds, only, jobs, job }: JobRequest = JSON.parse(process.argv[2] ?? '');
const tell = (line: JobLine): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const parentGone = new AbortController();
// Nothing comes: it ends when the process at its other end does, however that ended. Nor does it keep this one alive.
const input = process.stdin.resume().once('close', () => parentGone.abort());
if ('unref' in input) input.unref();
// Then there is nobody to tell either.
process.stdout.on('error', () => parentGone.abort());
const plan = planOf(seed, rounds, only === undefined ? undefined : new RegExp(only));
const problems = await runFaults({
  seed,
  plan: plan.filter(({ number }) => (number - 1) % jobs === job),
  signal: parentGone.signal,
  onRound: (result) => tell({ type: 'round', result }),
});
tell({ type: 'done', problems });
