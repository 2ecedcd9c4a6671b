// A program: thousands of processes live and die, under names, with entries, restarts and calls; some are ports. It
// prints what of the heap's data there is more of after a second batch of lives than after a first.
import {
  type Call,
  call,
  childSpec,
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  defaultSystem,
  defineGenServer,
  defineRegistry,
  dynamicSupervisor,
  exit,
  exited,
  noreply,
  ok,
  type Pid,
  portsClosed,
  processName,
  reply,
  type SupervisorProtocol,
  silentLogger,
  startOsProcess,
  startSupervisor,
  stopServer,
  subscribe,
  whereis,
} from '@memvisor/supervisor';
import { describeGrowth, heapContent } from '../../src/long-run/content.js';

type Server = { call: Call<{ type: 'get' }, number>; cast: { type: 'fail' } };

const entries = defineRegistry<number, string>({ name: 'lives', keys: 'unique' });
const supervisor = processName<DynamicSupervisorProtocol>('lives-supervisor');
const server = defineGenServer<Server, number, number>({
  init: (number, ctx) => {
    entries.register(ctx, number, 'server');
    return ok(number);
  },
  call: { get: (_request, number) => reply(number, number) },
  cast: {
    fail: (_request, number) => {
      if (number >= 0) throw new Error(`server ${number} failed`);
      return noreply(number);
    },
  },
});

const restarted = async (find: () => Pid<Server> | undefined, before: Pid<Server>): Promise<Pid<Server>> => {
  for (;;) {
    const found = find();
    if (found !== undefined && found !== before) return found;
    await new Promise(setImmediate);
  }
};

const live = async (number: number): Promise<void> => {
  const name = processName<Server>(`server-${number}`);
  const spec = childSpec(server, number, { name, restart: 'permanent' });
  const started = await DynamicSupervisor.startChild(supervisor, spec);
  if (!started.ok || started.pid === undefined) throw new Error('a server did not start');
  let pid = started.pid as Pid<Server>;
  await call(name, { type: 'get' });
  if (number % 2 === 0) {
    exit(pid, number % 4 === 0 ? 'kill' : 'boom');
    await exited(pid);
    pid = await restarted(() => whereis(name), pid);
  }
  await DynamicSupervisor.terminateChild(supervisor, pid);
};

const batch = async (first: number, lives: number): Promise<void> => {
  for (let number = first; number < first + lives; number++) {
    await live(number);
    if (number % 40 === 0) {
      const unsubscribe = subscribe(() => undefined);
      await startOsProcess({ program: 'true', args: [String(number)] }, { stdin: 'ignore' }).exited;
      unsubscribe();
    }
  }
  await portsClosed();
};

defaultSystem.logger = silentLogger;
const [folder = '', lives = '2000'] = process.argv.slice(2);
const root: { readonly ok: boolean; readonly pid?: Pid<SupervisorProtocol> } = await startSupervisor([
  childSpec(entries, undefined),
  childSpec(dynamicSupervisor({ maxRestarts: 10_000, maxSeconds: 1 }), undefined, { name: supervisor }),
]);
if (root.pid === undefined) throw new Error('the tree did not start');
await batch(0, Number(lives));
await heapContent(folder);
await batch(Number(lives), Number(lives));
const before = await heapContent(folder);
await batch(2 * Number(lives), Number(lives));
const after = await heapContent(folder);
await stopServer(root.pid);
console.log(
  JSON.stringify({ grownBytes: after.dataBytes - before.dataBytes, growth: describeGrowth(before, after) }),
);
