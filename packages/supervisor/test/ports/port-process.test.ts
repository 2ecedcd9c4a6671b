import { afterEach, describe, expect, test } from '@jest/globals';
import { createSystem } from '../../src/default-system.js';
import { portsClosed } from '../../src/ports/open-ports.js';
import { type OsProcess, type OsProcessOptions, startOsProcess } from '../../src/ports/os-process.js';
import { startWorkerThread } from '../../src/ports/worker-thread.js';
import type { Context } from '../../src/process/context.js';
import type { ExitReason } from '../../src/process/exit-reason.js';
import { silentLogger } from '../../src/process/logger.js';
import { DownMessage, ExitMessage } from '../../src/process/messages.js';
import type { Pid } from '../../src/process/pid.js';
import type { ChildSpec } from '../../src/supervision/child-spec.js';
import { supervisor } from '../../src/supervision/supervisor.js';
import { subscribe, type TelemetryEvent } from '../../src/telemetry.js';
import { fixture, ready } from './programs.js';

const logged: unknown[] = [];
const keep = (...entry: unknown[]) => void logged.push(entry);
const system = createSystem({ logger: { ...silentLogger, error: keep } });
afterEach(() => {
  logged.length = 0;
});

const never = 20_000;
const answers = new URL('./programs/answers.js', import.meta.url);

/** A process that starts a port of its own and then waits for ever; it hands out its pid and the port. */
const startOwner = (
  command: Parameters<typeof startOsProcess>[0],
  options: OsProcessOptions = {},
  live: (ctx: Context) => Promise<unknown> = (ctx) => ctx.receive(),
): Promise<{ owner: Pid; child: OsProcess }> =>
  new Promise((resolve) => {
    const owner: Pid = system.spawn((ctx) => {
      const child = startOsProcess(command, { owner: ctx.self, shutdownMs: never, ...options });
      resolve({ owner, child });
      return live(ctx);
    });
  });

describe('an owner that dies', () => {
  test.each<[string, ExitReason]>([
    ['with an error', { kind: 'crash', error: 'boom' }],
    ['by kill', 'kill'],
    ['of shutdown', 'shutdown'],
  ])('%s takes its OS process down the ladder', async (_title, reason) => {
    const { owner, child } = await startOwner(fixture('never-exits'));
    await ready(child);

    system.exit(owner, reason);

    expect(await child.exited).toEqual({ kind: 'owner_died', forced: false, stderrTail: '' });
    expect(await system.exited(child.pid)).toBe('shutdown');
  });

  test('of normal takes it down as well', async () => {
    const { child } = await startOwner(fixture('never-exits'), {}, async () => {});

    expect(await child.exited).toEqual({ kind: 'owner_died', forced: false, stderrTail: '' });
  });

  test('has a stubborn OS process killed after shutdownMs', async () => {
    const { owner, child } = await startOwner(fixture('ignores-sigterm'), { shutdownMs: 100 });
    await ready(child);

    system.exit(owner, 'kill');

    expect(await child.exited).toEqual({ kind: 'owner_died', forced: true, stderrTail: '' });
  });

  test('takes an unlinked OS process down as well', async () => {
    const { owner, child } = await startOwner(fixture('never-exits'), { link: false });
    await ready(child);

    system.exit(owner, 'kill');

    expect(await child.exited).toMatchObject({ kind: 'owner_died', forced: false });
  });

  test('before the start leaves nothing to start', async () => {
    const owner = system.spawn(() => {});
    await system.exited(owner);

    const child = startOsProcess(fixture('never-exits'), { owner });

    expect(child.osPid).toBeUndefined();
    expect(await child.exited).toEqual({ kind: 'owner_died', forced: false, stderrTail: '' });
  });

  test('takes its worker thread down', async () => {
    const owner = system.spawn((ctx) => ctx.receive());
    const worker = startWorkerThread(answers, { owner });
    await worker.request({ type: 'facts' });

    system.exit(owner, 'kill');

    expect(await worker.exited).toEqual({ kind: 'owner_died' });
  });
});

describe('an OS process that ends', () => {
  const exit = { kind: 'exited', exitCode: 3, stderrTail: '' };
  const program = process.execPath;

  test('with a code other than 0 ends its owner with that as the reason', async () => {
    const { owner, child } = await startOwner(fixture('exits-at-once', '3'));

    expect(await system.exited(owner)).toEqual({ kind: 'os_exit', program, exit });
    expect(await child.exited).toEqual(exit);
  });

  test('is an exit message to an owner that traps exits', async () => {
    const message = new Promise((resolve) => {
      void startOwner(fixture('exits-at-once', '3'), {}, async (ctx) => {
        ctx.trapExit(true);
        resolve(await ctx.receive());
      });
    });

    expect(await message).toMatchObject({ type: 'EXIT', reason: { kind: 'os_exit', program, exit } });
    expect(await message).toBeInstanceOf(ExitMessage);
  });

  test('by a signal or by not starting ends its owner too', async () => {
    const signalled = await startOwner(fixture('dies-by-signal', 'SIGSEGV'));
    const missing = await startOwner({ program: 'no-such-program-here', args: [] });

    expect(await system.exited(signalled.owner)).toMatchObject({
      exit: { kind: 'signalled', signal: 'SIGSEGV' },
    });
    expect(await system.exited(missing.owner)).toMatchObject({ exit: { kind: 'not_started' } });
  });

  test.each<[string, OsProcessOptions, string]>([
    ['with code 0', {}, '0'],
    ['with another code, unlinked,', { link: false }, '3'],
  ])('%s leaves its owner alone', async (_title, options, code) => {
    const { owner, child } = await startOwner(fixture('exits-at-once', code), options);

    await system.exited(child.pid);
    await system.settled();

    expect(system.isAlive(owner)).toBe(true);
    system.exit(owner, 'kill');
  });

  test('because it was stopped leaves its owner alone', async () => {
    const { owner, child } = await startOwner(fixture('never-exits'));

    await child.stop();
    await system.settled();

    expect(await system.exited(child.pid)).toBe('normal');
    expect(system.isAlive(owner)).toBe(true);
    system.exit(owner, 'kill');
  });

  test('because of its timeoutMs ends its owner', async () => {
    const { owner } = await startOwner(fixture('never-exits'), { timeoutMs: 20 });

    expect(await system.exited(owner)).toMatchObject({ kind: 'os_exit', exit: { kind: 'timed_out' } });
  });

  test('without an owner tells those who monitor it, and the log nothing', async () => {
    const child = startOsProcess(fixture('exits-at-once', '3'));
    const down = new Promise((resolve) => {
      system.spawn(async (ctx) => {
        ctx.monitor(child.pid);
        resolve(await ctx.receive());
      });
    });

    expect(await down).toBeInstanceOf(DownMessage);
    expect(await down).toMatchObject({
      from: child.pid,
      reason: { kind: 'shutdown', detail: { kind: 'os_exit', program, exit } },
    });
    expect(logged).toEqual([]);
  });
});

describe('a worker thread that ends', () => {
  test('by an uncaught error ends its owner with that as the reason', async () => {
    const owner = system.spawn((ctx) => ctx.receive());
    const worker = startWorkerThread(answers, { owner });

    worker.request({ type: 'end', how: 'throw_later' }).catch(() => {});

    expect(await system.exited(owner)).toMatchObject({
      kind: 'worker_exit',
      exit: { kind: 'crashed', error: { message: 'thrown later' } },
    });
    await worker.exited;
  });

  test('because it was stopped leaves its owner alone', async () => {
    const owner = system.spawn((ctx) => ctx.receive());
    const worker = startWorkerThread(answers, { owner });

    await worker.stop();
    await system.settled();

    expect(await system.exited(worker.pid)).toBe('normal');
    expect(system.isAlive(owner)).toBe(true);
    system.exit(owner, 'kill');
  });
});

describe("an exit signal to the port's process", () => {
  test('stops the OS process, and the process then ends with the reason of the signal', async () => {
    const child = startOsProcess(fixture('never-exits'), { shutdownMs: never });
    await ready(child);

    system.exit(child.pid, 'shutdown');

    expect(await child.exited).toMatchObject({ kind: 'stopped', forced: false });
    expect(await system.exited(child.pid)).toBe('shutdown');
  });

  test('from its living owner, as a supervisor sends it, is a stop', async () => {
    const child = await new Promise<OsProcess>((resolve) => {
      system.spawn(async (ctx) => {
        const own = startOsProcess(fixture('never-exits'), { owner: ctx.self, shutdownMs: never });
        resolve(own);
        await ready(own);
        ctx.exit(own.pid, 'shutdown');
        await own.exited;
      });
    });

    expect(await child.exited).toMatchObject({ kind: 'stopped' });
    expect(await system.exited(child.pid)).toBe('shutdown');
  });

  test('normal is no signal to end', async () => {
    const child = startOsProcess(fixture('never-exits'), { shutdownMs: never });
    await ready(child);

    system.exit(child.pid, 'normal');
    await system.settled();

    expect(system.isAlive(child.pid)).toBe(true);
    await child.stop();
  });

  test('kill ends the OS process by force at once', async () => {
    const child = startOsProcess(fixture('ignores-sigterm'), { shutdownMs: never });
    await ready(child);

    system.exit(child.pid, 'kill');

    expect(await child.exited).toEqual({ kind: 'stopped', forced: true, stderrTail: '' });
    expect(await system.exited(child.pid)).toBe('killed');
  });

  test('kill cuts short a ladder that has begun', async () => {
    const child = startOsProcess(fixture('ignores-sigterm'), { shutdownMs: never });
    await ready(child);
    const stopped = child.stop();

    system.exit(child.pid, 'kill');

    expect(await stopped).toEqual({ kind: 'stopped', forced: true, stderrTail: '' });
  });

  test('stopServer waits until the OS process is gone', async () => {
    const child = startOsProcess(fixture('never-exits'), { shutdownMs: never });
    await ready(child);

    await system.stop(child.pid);

    expect(await child.exited).toMatchObject({ kind: 'stopped' });
  });
});

describe('a supervisor with a port as a child', () => {
  const startUnder = async (program: string) => {
    const children: OsProcess[] = [];
    let onStart = () => {};
    const spec: ChildSpec = {
      id: 'helper',
      start: (ctx) => {
        const child = startOsProcess(fixture(program), { owner: ctx.self, shutdownMs: 100 });
        children.push(child);
        onStart();
        return { ok: true, pid: child.pid };
      },
    };
    const started = await system.start(supervisor([spec]), undefined);
    if (!started.ok) throw new Error(started.kind);
    const startOf = (n: number) =>
      new Promise<OsProcess>((resolve) => {
        onStart = () => {
          const child = children[n];
          if (child !== undefined) resolve(child);
        };
        onStart();
      });
    return { root: started.pid, startOf };
  };

  test('starts it again when it dies', async () => {
    const { root, startOf } = await startUnder('never-exits');
    const first = await startOf(0);
    await ready(first);

    process.kill(first.osPid ?? 0, 'SIGKILL');

    const second = await startOf(1);
    await ready(second);
    expect(second.osPid).not.toBe(first.osPid);
    await system.stop(root, 'shutdown');
    expect(await second.exited).toMatchObject({ kind: 'stopped', forced: false });
  });

  test('is gone no sooner than a stubborn one', async () => {
    const { root, startOf } = await startUnder('ignores-sigterm');
    const child = await startOf(0);
    await ready(child);
    let exited = false;
    void child.exited.then(() => {
      exited = true;
    });

    await system.stop(root, 'shutdown');

    expect(exited).toBe(true);
    expect(await child.exited).toMatchObject({ kind: 'stopped', forced: true });
  });
});

test('portsClosed resolves when the last port of the system is gone, and at once when there is none', async () => {
  await portsClosed(system);
  const first = await startOwner(fixture('never-exits'));
  const second = await startOwner(fixture('never-exits'));
  let closed = false;
  const waiting = portsClosed(system).then(() => {
    closed = true;
  });

  system.exit(first.owner, 'kill');
  await first.child.exited;
  await system.settled();
  expect(closed).toBe(false);

  system.exit(second.owner, 'kill');
  await waiting;
  expect(await second.child.exited).toMatchObject({ kind: 'owner_died' });
});

test('closing a system kills its OS processes', async () => {
  const closing = createSystem({ logger: silentLogger });
  const child = startOsProcess(fixture('ignores-sigterm'), {
    owner: closing.spawn((ctx) => ctx.receive()),
    shutdownMs: never,
  });
  await ready(child);

  closing.close();

  expect(await child.exited).toMatchObject({ forced: true });
});

test('start and exit are published', async () => {
  const events: TelemetryEvent[] = [];
  const unsubscribe = subscribe((event) => events.push(event), ['spawn', 'port_start', 'port_exit', 'exit']);
  const child = startOsProcess({ program: 'sh', args: ['-c', 'echo oh no >&2; exit 3'] });
  await child.exited;
  unsubscribe();

  const { pid, osPid } = child;
  const command = 'sh -c echo oh no >&2; exit 3';
  expect(events).toEqual([
    expect.objectContaining({ type: 'spawn', pid, kind: 'os_process', label: 'sh' }),
    { type: 'port_start', pid, command, osPid },
    expect.objectContaining({ type: 'exit', pid }),
    { type: 'port_exit', pid, command, osPid, description: 'exited with code 3: oh no' },
  ]);
});
