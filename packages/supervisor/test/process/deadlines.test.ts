import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Call, type CallExit, defineGenServer, noreply, ok } from '../../src/index.js';
import { createTestSystem } from '../../src/testing/index.js';

type Later = { readonly call: Call<{ readonly type: 'at'; readonly ms: number }, string> };

test('each of many calls ends by its answer or by its own timeout, whichever comes first', async () => {
  const one = fc.record({ timeoutMs: fc.integer({ min: 1, max: 12 }), answerMs: fc.nat(16) });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 60 }), async (calls) => {
      await using kit = createTestSystem();
      const answers = new Map<number, (() => void)[]>();
      const later = defineGenServer<Later, null>({
        init: () => ok(null),
        call: {
          at: ({ ms }, state, from, ctx) => {
            answers.set(ms, [...(answers.get(ms) ?? []), () => ctx.reply(from, 'answered')]);
            return noreply(state);
          },
        },
      });
      const pid = await kit.startSupervised(later, undefined);
      const outcomes = calls.map(({ timeoutMs, answerMs }) =>
        kit.system
          .call(pid, { type: 'at', ms: answerMs }, timeoutMs)
          .catch((thrown: unknown) => (thrown as CallExit).failure),
      );
      await kit.system.settled();
      for (let now = 0; now <= 16; now++) {
        for (const answer of answers.get(now) ?? []) answer();
        await kit.clock.advance(1);
      }
      expect(await Promise.all(outcomes)).toEqual(
        calls.map(({ timeoutMs, answerMs }) => (answerMs < timeoutMs ? 'answered' : 'timeout')),
      );
      expect(kit.system.deadlines.pending).toBe(0);
    }),
    { numRuns: 30 },
  );
});
