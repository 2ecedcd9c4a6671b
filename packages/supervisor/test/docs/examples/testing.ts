import { defineGenServer, noreply, ok, stop, TimeoutMessage } from '../../../src/index.js';
import { assertDown, createTestSystem } from '../../../src/testing/index.js';

/** Ends when nothing has come for a minute. */
const session = defineGenServer<{ info: unknown }, null>({
  name: 'session',
  init: () => ok(null, { timeoutMs: 60_000 }),
  info: (message, state) =>
    message instanceof TimeoutMessage ? stop('shutdown') : noreply(state, { timeoutMs: 60_000 }),
});

await using test = createTestSystem(); // a system and a clock of the test's own
const pid = await test.startSupervised(session, undefined); // stops with the test
await test.clock.advance(59_999);
console.log(test.system.isAlive(pid)); // => true
test.system.send(pid, 'hello');
await test.clock.advance(60_000);
console.log(await assertDown(pid, 'shutdown')); // => shutdown
