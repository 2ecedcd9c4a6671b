import { describe, expect, test } from '@jest/globals';
import {
  type Call,
  type CallExit,
  type Context,
  defineGenServer,
  type From,
  isOrderly,
  type MaybePromise,
  type NoReplyResult,
  noreply,
  ok,
  type ResultOptions,
  reply,
  type SystemMessage,
} from '../../src/index.js';
import { assertDown, createTestSystem } from '../../src/testing/index.js';

type Act = (log: readonly string[], ctx: Context<Recorder>) => MaybePromise<NoReplyResult<readonly string[]>>;
/** A server that does what its messages say and keeps a log of what it was told. */
type Recorder = {
  readonly call: Call<{ readonly type: 'log' }, readonly string[]> | Call<{ readonly type: 'later' }, string>;
  readonly cast:
    | { readonly type: 'act'; readonly act: Act }
    | { readonly type: 'answer'; readonly text: string };
  readonly info: string;
};

const nameOf = (message: string | SystemMessage) => (typeof message === 'string' ? message : message.type);

let waiting: From<string> | undefined;
const recorder = (options?: ResultOptions) =>
  defineGenServer<Recorder, readonly string[]>({
    name: 'recorder',
    init: () => ok([], options),
    call: {
      log: (_request, log) => reply(log, log),
      later: (_request, log, from) => {
        waiting = from;
        return noreply(log);
      },
    },
    cast: {
      act: ({ act }, log, ctx) => act(log, ctx),
      answer: ({ text }, log, ctx) => {
        if (waiting !== undefined) ctx.reply(waiting, text);
        return noreply(log);
      },
    },
    info: (message, log) => noreply([...log, nameOf(message)]),
    continue: (token, log) => noreply([...log, `continued with ${token}`]),
  });

const started = async (options?: ResultOptions) => {
  const kit = createTestSystem();
  const pid = await kit.startSupervised(recorder(options), undefined);
  return {
    kit,
    pid,
    act: (act: Act) => kit.system.cast(pid, { type: 'act', act }),
    log: () => kit.system.call(pid, { type: 'log' }),
  };
};

describe('continue', () => {
  test('runs before the messages that wait', async () => {
    const { kit, pid, act, log } = await started();
    act((before) => {
      kit.system.send(pid, 'message');
      return noreply(before, { continue: 'token' });
    });
    await kit.system.settled();
    expect(await log()).toEqual(['continued with token', 'message']);
    await kit.close();
  });

  test('from init runs after the starter has its answer, and before any message', async () => {
    const { kit, log } = await started({ continue: 'start' });
    expect(await log()).toEqual(['continued with start']);
    await kit.close();
  });

  test('without a continue callback is a crash that says so', async () => {
    await using kit = createTestSystem();
    const server = defineGenServer<object, null>({ init: () => ok(null, { continue: 1 }) });
    const pid = await kit.startSupervised(server, undefined);
    expect(await assertDown(pid)).toMatchObject({
      kind: 'crash',
      error: { message: /no continue callback/ },
    });
  });
});

describe('timeout', () => {
  test('comes when nothing has arrived for so long, once', async () => {
    const { kit, act, log } = await started();
    act((before) => noreply(before, { timeoutMs: 500 }));
    await kit.clock.advance(499);
    await kit.clock.advance(1);
    await kit.clock.advance(5000);
    expect(await log()).toEqual(['timeout']);
    await kit.close();
  });

  test('is off as soon as a message arrives', async () => {
    const { kit, pid, act, log } = await started({ timeoutMs: 500 });
    await kit.clock.advance(400);
    kit.system.send(pid, 'hello');
    await kit.clock.advance(5000);
    act((before) => noreply(before));
    expect(await log()).toEqual(['hello']);
    await kit.close();
  });

  test('of 0 ms comes at once when nothing waits, and not at all when something does', async () => {
    const idle = await started({ timeoutMs: 0 });
    await idle.kit.system.settled();
    expect(await idle.log()).toEqual(['timeout']);
    await idle.kit.close();
    const { kit, pid, act, log } = await started();
    act((before) => {
      kit.system.send(pid, 'waits');
      return noreply(before, { timeoutMs: 0 });
    });
    await kit.system.settled();
    expect(await log()).toEqual(['waits']);
    await kit.close();
  });

  test('leaves no timer when the server ends', async () => {
    const { kit, pid } = await started({ timeoutMs: 500 });
    await kit.system.stop(pid);
    expect(kit.clock.pending).toBe(0);
    await kit.close();
  });
});

test('hibernate is accepted and changes nothing', async () => {
  const { kit, log } = await started({ hibernate: true });
  expect(await log()).toEqual([]);
  await kit.close();
});

test('a call can be answered later, from another callback', async () => {
  const { kit, pid } = await started();
  const answer = kit.system.call(pid, { type: 'later' });
  kit.system.cast(pid, { type: 'answer', text: 'here it is' });
  expect(await answer).toBe('here it is');
  await kit.close();
});

test('the next message waits for the promise of the one before', async () => {
  const { kit, act, log } = await started();
  act(async (before, ctx) => {
    await ctx.sleep(100);
    return noreply([...before, 'slow']);
  });
  act((before) => noreply([...before, 'quick']));
  await kit.clock.advance(100);
  expect(await log()).toEqual(['slow', 'quick']);
  await kit.close();
});

test('a request that the protocol does not know is a crash that names it', async () => {
  const { kit, pid } = await started();
  const failure = await kit.system
    .call(pid, { type: 'unknown' } as never)
    .catch((thrown: CallExit) => thrown.failure);
  expect(failure).toMatchObject({
    kind: 'crash',
    error: { message: 'recorder has no call handler for "unknown"' },
  });
  await kit.close();
});

test('a plain message without an info callback is dropped with a warning', async () => {
  const warnings: string[] = [];
  const logger = {
    error: () => undefined,
    info: () => undefined,
    warn: (_f: object, text: string) => warnings.push(text),
  };
  await using kit = createTestSystem({ logger });
  const server = defineGenServer<{ readonly info: string }, null>({ name: 'deaf', init: () => ok(null) });
  const pid = await kit.startSupervised(server, undefined);
  kit.system.send(pid, 'hello');
  await kit.system.settled();
  expect(warnings).toEqual([`${pid} deaf dropped a message that it has no info callback for`]);
  expect(kit.system.isAlive(pid)).toBe(true);
});

test('crashes are logged with who and why; orderly ends are not', async () => {
  const errors: string[] = [];
  const logger = {
    error: (_f: object, text: string) => errors.push(text),
    info: () => undefined,
    warn: () => undefined,
  };
  await using kit = createTestSystem({ logger });
  for (const reason of ['normal', 'shutdown', 'boom']) {
    const pid = kit.system.spawn((ctx) => ctx.exitSelf(reason));
    expect(isOrderly(await assertDown(pid, reason))).toBe(reason !== 'boom');
  }
  expect(errors).toEqual([expect.stringMatching(/^<0\.\d+> function boom$/)]);
});
