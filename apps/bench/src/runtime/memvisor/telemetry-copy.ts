// Loaded once for each copy of the runtime (see unwatched-hooks.ts), so that nothing that one copy runs has been
// compiled for another one.
import { call, cast, start } from '@memvisor/supervisor';
import { timed } from '../clock.js';
import { counter, started } from './servers.js';

/** Milliseconds that so many casts take, or calls one after the other. */
export interface Messages {
  cast(count: number): Promise<number>;
  call(count: number): Promise<number>;
}

/** A server to send to. */
export const startMessages = async (): Promise<Messages> => {
  const pid = started(await start(counter, 0));
  return {
    cast: (count) =>
      timed(async () => {
        for (let i = 0; i < count; i++) cast(pid, { type: 'add', by: 1 });
        await call(pid, { type: 'get' }, 60_000);
      }),
    call: (count) =>
      timed(async () => {
        for (let i = 0; i < count; i++) await call(pid, { type: 'get' });
      }),
  };
};
