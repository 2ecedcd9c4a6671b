import { hostileFrames } from './hostile.js';
import { anything, fitting, type MutantKind } from './mutant-kind.js';
import { mutate } from './mutate.js';
import type { FuzzReply } from './protocol.js';

/** What a sound payload says, asked once. */
const sound = new Map<Uint8Array, string>();

export const learnSound = (payload: Uint8Array, said: string): void => void sound.set(payload, said);

const sameOrFailed =
  (payload: Uint8Array) =>
  ({ outcome, said }: FuzzReply): string | undefined =>
    outcome === 'read' && said !== sound.get(payload)
      ? `altered, it was read: ${said.slice(0, 200)}`
      : undefined;

/** Single frames, drawn and read. */
export const frameMutants: readonly MutantKind[] = [
  {
    name: 'payload changed',
    share: 285,
    make: ({ payloads }, chance) => {
      const payload = payloads[chance.below(payloads.length)] as Uint8Array;
      const { bytes, how } = mutate(payload, chance);
      return {
        request: { type: 'frame', payload: fitting(bytes), changeSeed: undefined },
        how,
        judge: sameOrFailed(payload),
      };
    },
  },
  {
    name: 'picture changed',
    share: 150,
    make: ({ payloads }, chance) => {
      const payload = payloads[chance.below(payloads.length)] as Uint8Array;
      const changeSeed = chance.below(2 ** 31);
      return {
        request: { type: 'frame', payload, changeSeed },
        how: `by ${changeSeed}`,
        judge: sameOrFailed(payload),
      };
    },
  },
  {
    name: 'frame hostile',
    share: 150,
    make: (_, chance) => {
      const [how, make] = hostileFrames[chance.below(hostileFrames.length)] as (typeof hostileFrames)[number];
      const payload = fitting(make(chance.below(100), chance));
      return { request: { type: 'frame', payload, changeSeed: undefined }, how, judge: anything };
    },
  },
];
