import { Agent, observer, startAgent, stopServer, subscribe, sys } from '../../../src/index.js';

const unsubscribe = subscribe((event) => console.log(event.type), ['spawn', 'exit']);
const started = await startAgent(() => 1); // => spawn
if (!started.ok) throw new Error('the agent did not start');
const { pid } = started;

console.log(await sys.getState(pid)); // => 1
const untrace = await sys.trace(pid, ({ type, kind }) => console.log(type, kind));
await Agent.update(pid, (n) => n + 1);
// => in call
// => out reply
untrace();
console.log(observer.tree().map(({ label, status }) => `${label} ${status}`)); // => [ 'agent waiting' ]

await stopServer(pid); // => exit
unsubscribe();
