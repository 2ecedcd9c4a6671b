import { channel } from 'node:diagnostics_channel';
import { call, cast, start, telemetryTypes } from '@memvisor/supervisor';
import { timed } from '../clock.js';
import type { Run } from '../workload.js';
import { counter, started } from './servers.js';

/** Counts how often `work` looks whether anybody listens. */
const checksOf = async (work: () => Promise<unknown>): Promise<number> => {
  let checks = 0;
  const channels = telemetryTypes.map((type) => channel(`memvisor:${type}`));
  for (const one of channels)
    Object.defineProperty(one, 'hasSubscribers', {
      configurable: true,
      get: () => {
        checks++;
        return false;
      },
    });
  await work();
  // The channel's own property, on its prototype, comes back to light.
  for (const one of channels) Reflect.deleteProperty(one, 'hasSubscribers');
  return checks;
};

/** Nanoseconds that one look takes, measured with as many as make a difference. */
const checkCost = async (): Promise<number> => {
  const quiet = channel('memvisor:spawn');
  const looks = 20_000_000;
  let heard = 0;
  const ms = await timed(() => {
    for (let i = 0; i < looks; i++) if (quiet.hasSubscribers) heard++;
  });
  return ((ms + heard) / looks) * 1e6;
};

/** The share of a message's time that goes into checks: how many there are, times what one takes. */
export const telemetry: Run = async (size) => {
  const pid = started(await start(counter, 0));
  const casts = async () => {
    for (let i = 0; i < size; i++) cast(pid, { type: 'add', by: 1 });
    await call(pid, { type: 'get' }, 60_000);
  };
  const calls = async () => {
    for (let i = 0; i < size / 10; i++) await call(pid, { type: 'get' });
  };
  const nanoseconds = await checkCost();
  const castMs = await timed(casts);
  const callMs = await timed(calls);
  const share = (checks: number, ms: number) => ((checks * nanoseconds) / (ms * 1e6)) * 100;
  return {
    cast_share: share(await checksOf(casts), castMs),
    call_share: share(await checksOf(calls), callMs),
  };
};
