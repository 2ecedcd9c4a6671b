import type { Call } from '@memvisor/supervisor';
import {
  call,
  defineGenServer,
  defineRegistry,
  noreply,
  ok,
  type Pid,
  reply,
  send,
  start,
} from '@memvisor/supervisor';
import { perSecond, timed } from '../clock.js';
import type { Run } from '../workload.js';
import { counter, started } from './servers.js';

type Listener = { call: Call<{ type: 'heard' }, number>; info: { type: 'rain' } };

const listener = defineGenServer<Listener, number, () => void>({
  name: 'listener',
  init: () => ok(0),
  call: { heard: (_request, count) => reply(count, count) },
  info: (_message, count) => noreply(count + 1),
});

let last = 0;

export const registry: Run = async (size) => {
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
  for (let i = 0; i < size; i++) {
    const pid = started(await start(listener, () => {}));
    topics.register({ self: pid }, 'weather');
    listeners.push(pid);
  }
  const dispatch = await timed(async () => {
    topics.dispatch('weather', (entries) => {
      for (const { pid } of entries) send(pid, { type: 'rain' });
    });
    // The last of them hears of it last.
    const heard = await call(listeners[size - 1] as Pid<Listener>, { type: 'heard' });
    if (heard !== 1) throw new Error('nobody was told');
  });
  return {
    register: perSecond(size, register),
    lookup: perSecond(size, lookup),
    dispatch: perSecond(size, dispatch),
  };
};
