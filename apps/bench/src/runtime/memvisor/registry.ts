import {
  defineGenServer,
  defineRegistry,
  exit,
  noreply,
  ok,
  type Pid,
  send,
  start,
} from '@memvisor/supervisor';
import { percentile, perSecond, timed } from '../clock.js';
import type { Run } from '../workload.js';
import { counter, started } from './servers.js';

type Listener = { info: { type: 'rain' } };

/** Tells whoever has started it that it has heard. */
const listener = defineGenServer<Listener, () => void, () => void>({
  name: 'listener',
  init: (heard) => ok(heard),
  info: (_message, heard) => {
    heard();
    return noreply(heard);
  },
});

let last = 0;

/** The median of nine times, each with registries of its own: once through takes no longer than compiling does. */
export const registry: Run = async (size) => {
  const times: Record<string, number>[] = [];
  for (let i = 0; i < 9; i++) times.push(await once(size));
  const rate = (step: string) =>
    perSecond(
      size,
      percentile(
        times.map((one) => one[step] as number),
        0.5,
      ),
    );
  return { register: rate('register'), lookup: rate('lookup'), dispatch: rate('dispatch') };
};

/** Milliseconds that each step takes. */
const once = async (size: number): Promise<Record<string, number>> => {
  const names = defineRegistry<string>({ name: `names-${++last}`, keys: 'unique' });
  const topics = defineRegistry<string, undefined, Listener>({ name: `topics-${last}`, keys: 'duplicate' });
  started(await start(names, undefined));
  started(await start(topics, undefined));
  const owner = { self: started(await start(counter, 0)) };

  const keys = Array.from({ length: size }, (_none, i) => `key-${i}`);
  const register = await timed(() => {
    for (const key of keys) names.register(owner, key);
  });
  const lookup = await timed(() => {
    for (const key of keys) if (names.lookup(key).length !== 1) throw new Error(`${key} is gone`);
  });

  const listeners: Pid<Listener>[] = [];
  let waiting = size;
  let done = () => {};
  const heard = () => {
    if (--waiting === 0) done();
  };
  for (let i = 0; i < size; i++) {
    const pid = started(await start(listener, heard));
    topics.register({ self: pid }, 'weather');
    listeners.push(pid);
  }
  const dispatch = await timed(
    () =>
      new Promise<void>((resolve) => {
        done = resolve;
        topics.dispatch('weather', (entries) => {
          for (const { pid } of entries) send(pid, { type: 'rain' });
        });
      }),
  );
  for (const pid of listeners) exit(pid, 'kill');
  return { register, lookup, dispatch };
};
