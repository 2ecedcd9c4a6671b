import {
  type Call,
  call,
  cast,
  childSpec,
  defineGenServer,
  noreply,
  ok,
  processName,
  reply,
  startSupervisor,
  stopServer,
} from '../../../src/index.js';

type Counter = {
  call: Call<{ type: 'get' }, number>;
  cast: { type: 'add'; by: number };
};

const counter = defineGenServer<Counter, number, number>({
  name: 'counter',
  init: (first) => ok(first),
  call: { get: (_request, count) => reply(count, count) },
  cast: {
    add: ({ by }, count) => {
      if (!Number.isFinite(by)) throw new RangeError(`by: expected a number, got ${by}`);
      return noreply(count + by);
    },
  },
});

const name = processName<Counter>('counter');
const started = await startSupervisor([childSpec(counter, 0, { name })]);
if (!started.ok) throw new Error('the supervisor did not start');

cast(name, { type: 'add', by: 2 });
console.log(await call(name, { type: 'get' })); // => 2

cast(name, { type: 'add', by: Number.NaN }); // crashes the counter: one line on stderr says so
await call(name, { type: 'get' }).catch((error) => console.log(error.name)); // => CallExit
console.log(await call(name, { type: 'get' })); // => 0

await stopServer(started.pid);
