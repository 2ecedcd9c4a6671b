// An application whose slow child takes `argv[2]` ms to end, within `argv[3]` ms for all. Says "ready", then
// what happens, a line each.
import { childSpec, startApplication, supervisor } from '../../../src/index.js';
import { quick, slow } from '../processes.js';

const [, , terminateMs, shutdownMs] = process.argv;
const say = (what: unknown): void => {
  process.stdout.write(`${JSON.stringify(what)}\n`);
};

const inner = supervisor([
  childSpec(quick, undefined, { id: 'b1' }),
  childSpec(quick, undefined, { id: 'b2' }),
]);
const started = await startApplication({
  children: [
    childSpec(quick, undefined, { id: 'a' }),
    childSpec(inner, undefined, { id: 'b' }),
    childSpec(slow, Number(terminateMs), { id: 'c', shutdown: 'infinity' }),
  ],
  shutdownMs: Number(shutdownMs),
  onSignal: (signal, count) => say([signal, count]),
  onStopped: ({ cause, outcome, stopped, exitCode }) =>
    say({
      cause,
      outcome,
      exitCode,
      stopped: stopped.map((one) => [one.path.join('/'), one.reason, one.outcome]),
    }),
});
// What keeps Node running is not the application's to know.
setInterval(() => undefined, 60_000);
say(started.ok ? 'ready' : started);
