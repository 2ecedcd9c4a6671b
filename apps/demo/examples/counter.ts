import {
  type Call,
  call,
  childSpec,
  defineGenServer,
  noreply,
  ok,
  processName,
  reply,
  startSupervisor,
} from '@memvisor/supervisor';

type Counter = { call: Call<{ type: 'get' }, number>; cast: { type: 'add'; by: number } };
const counter = defineGenServer<Counter, number, number>({
  init: (first) => ok(first),
  call: { get: (_request, count) => reply(count, count) },
  cast: { add: ({ by }, count) => noreply(count + by) },
});
const name = processName<Counter>('counter');
await startSupervisor([childSpec(counter, 0, { name })], { strategy: 'one_for_one' });
console.log(await call(name, { type: 'get' })); // => 0, also after a crash
