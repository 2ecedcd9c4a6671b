// What must not compile: each line under `@ts-expect-error` is an error, or `tsc -b` fails.
import { expect, test } from '@jest/globals';
import {
  type AnyPid,
  type Call,
  call,
  cast,
  defineGenServer,
  noreply,
  ok,
  type Pid,
  processName,
  reply,
  send,
  start,
} from '../../src/index.js';

type Counter = {
  readonly call:
    | Call<{ readonly type: 'get' }, number>
    | Call<{ readonly type: 'add'; readonly by: number }, number>
    | Call<{ readonly type: 'name' }, string>;
  readonly cast: { readonly type: 'reset' };
  readonly info: 'tick';
};
type Other = { readonly call: Call<{ readonly type: 'other' }, boolean> };

const getters = {
  get: (_request: unknown, count: number) => reply(count, count),
  add: ({ by }: { readonly by: number }, count: number) => reply(count + by, count + by),
  name: (_request: unknown, count: number) => reply('counter', count),
};
const counter = defineGenServer<Counter, number, number>({
  init: (first) => ok(first),
  call: getters,
  cast: { reset: () => noreply(0) },
  info: (_message, count) => noreply(count),
});

/** Never called: it only has to be refused or accepted by the compiler. */
export const requests = async (pid: Pid<Counter>, other: Pid<Other>, any: AnyPid): Promise<void> => {
  const count: number = await call(pid, { type: 'add', by: 2 });
  const name: string = await call(pid, { type: 'name' });
  void [count, name];
  // @ts-expect-error: no such request
  await call(pid, { type: 'remove' });
  // @ts-expect-error: a field is missing
  await call(pid, { type: 'add' });
  // @ts-expect-error: a field of another type
  await call(pid, { type: 'add', by: 'two' });
  // @ts-expect-error: a cast is not a call
  await call(pid, { type: 'reset' });
  // @ts-expect-error: the reply is a number
  const text: string = await call(pid, { type: 'get' });
  // @ts-expect-error: the reply to that request is a text
  const wrong: number = await call(pid, { type: 'name' });
  void [text, wrong];
  cast(pid, { type: 'reset' });
  // @ts-expect-error: a call is not a cast
  cast(pid, { type: 'get' });
  // @ts-expect-error: this protocol has no casts
  cast(other, { type: 'reset' });
  send(pid, 'tick');
  // @ts-expect-error: no such message
  send(pid, 'tock');
  // @ts-expect-error: what a process accepts must be known
  await call(any, { type: 'get' });
};

export const names = async (pid: Pid<Counter>): Promise<void> => {
  await call(processName<Counter>('counter'), { type: 'get' });
  // @ts-expect-error: the name is that of another protocol
  await call(processName<Other>('other'), { type: 'get' });
  // @ts-expect-error: a pid of one protocol is not one of another
  const other: Pid<Other> = pid;
  // @ts-expect-error: the name's protocol is not the server's
  await start(counter, 0, { name: processName<Other>('other') });
  void other;
};

export const starts = async (): Promise<void> => {
  const started = await start(counter, 0);
  // @ts-expect-error: without asking whether it has started there is no pid
  await call(started.pid, { type: 'get' });
  if (started.ok) await call(started.pid, { type: 'get' });
  // @ts-expect-error: the arguments of init
  await start(counter, 'zero');
  // @ts-expect-error: arguments are missing
  await start(counter);
};

export const definitions = (): unknown[] => [
  // @ts-expect-error: no callback for calls
  defineGenServer<Counter, number>({ init: () => ok(0), cast: { reset: () => noreply(0) } }),
  // @ts-expect-error: no callback for casts
  defineGenServer<Counter, number>({ init: () => ok(0), call: getters }),
  defineGenServer<Counter, number>({
    init: () => ok(0),
    // @ts-expect-error: no handler for `name`
    call: { get: getters.get, add: getters.add },
    cast: { reset: () => noreply(0) },
  }),
  defineGenServer<Counter, number>({
    init: () => ok(0),
    // @ts-expect-error: the reply to `name` is a text
    call: { ...getters, name: (_request, count) => reply(5, count) },
    cast: { reset: () => noreply(0) },
  }),
  defineGenServer<Counter, number>({
    init: () => ok(0),
    call: getters,
    // @ts-expect-error: a cast has no reply
    cast: { reset: () => reply('done', 0) },
  }),
  defineGenServer<Counter, number>({
    // @ts-expect-error: the state is a number
    init: () => ok('zero'),
    call: getters,
    cast: { reset: () => noreply(0) },
  }),
  // @ts-expect-error: no init
  defineGenServer<object, number>({}),
];

test('the lines above are checked by the compiler', () => {
  expect(counter.name).toBe('gen_server');
});
