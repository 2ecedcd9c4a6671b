import { childSpec, defineAgent, describeShutdown, startApplication } from '../../../src/index.js';

const settings = defineAgent({ name: 'settings', init: () => ({ language: 'en' }) });

const started = await startApplication({
  children: [childSpec(settings, undefined)],
  shutdownMs: 10_000, // for all together; then the rest is killed
  onStopped: (report) => console.error(describeShutdown(report)),
});
if (!started.ok) throw new Error('the application did not start');

// SIGINT or SIGTERM, or this:
const report = await started.application.stop();
console.log(report.stopped.map(({ id, outcome }) => `${id} ${outcome}`)); // => [ 'settings stopped' ]
