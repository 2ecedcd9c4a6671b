import {
  type Call,
  defineGenServer,
  noreply,
  ok,
  type Pid,
  reply,
  type StartResult,
} from '@memvisor/supervisor';

/** Counts what is added and tells the sum. */
export type Counter = {
  call: Call<{ type: 'get' }, number>;
  cast: { type: 'add'; by: number };
};

export const counter = defineGenServer<Counter, number, number>({
  name: 'counter',
  init: (first) => ok(first),
  call: { get: (_request, count) => reply(count, count) },
  cast: { add: ({ by }, count) => noreply(count + by) },
});

/** The pid of a start that must have succeeded. */
export const started = <P>(result: StartResult<P>): Pid<P> => {
  if (!result.ok) throw new Error(`did not start: ${result.kind}`);
  return result.pid;
};
