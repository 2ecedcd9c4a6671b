import { getPriority, tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Command } from '../../src/ports/command.js';
import { describeOsExit } from '../../src/ports/os-exit.js';
import { type OsProcessOptions, startOsProcess } from '../../src/ports/os-process.js';
import { OptionError } from '../../src/process/errors.js';
import { fixture, readAll, ready } from './programs.js';

const chunk = Buffer.alloc(2 ** 20, 'c');

describe('startOsProcess', () => {
  test('what a program makes of its input is read to the end, and it exits with code 0', async () => {
    const sort = startOsProcess({ program: 'sort', args: ['-n'] });

    expect(await sort.write(Buffer.from('3\n1\n2\n'))).toBe(true);
    sort.endInput();

    expect(await readAll(sort)).toBe('1\n2\n3\n');
    expect(await sort.exited).toEqual({ kind: 'exited', exitCode: 0, stderrTail: '' });
  });

  test.each([0, 1, 255])('a program that exits at once with %i exits with that code', async (code) => {
    const child = startOsProcess(fixture('exits-at-once', String(code)));

    expect(await child.exited).toEqual({ kind: 'exited', exitCode: code, stderrTail: '' });
  });

  test.each(['data', 'iterator', 'pipe'])(
    'output is kept for a reader that comes late, by %s',
    async (way) => {
      const child = startOsProcess({ program: 'echo', args: ['kept'] });
      await child.exited;
      for (let turn = 0; turn < 5; turn++) await setImmediate();

      if (way === 'iterator') expect(await readAll(child)).toBe('kept\n');
      else {
        const source = way === 'pipe' ? child.stdout.pipe(new PassThrough()) : child.stdout;
        const text = await new Promise((resolve) => source.once('data', (data) => resolve(String(data))));
        expect(text).toBe('kept\n');
      }
    },
  );

  test.each<[string, Command, string]>([
    ['does not exist', { program: 'no-such-program-here', args: [] }, 'ENOENT'],
    ['may not be run', { program: '/etc/passwd', args: [] }, 'EACCES'],
    ['gets more arguments than fit', { program: 'true', args: ['x'.repeat(4_000_000)] }, 'E2BIG'],
    ['has no working directory', { program: 'true', args: [], cwd: '/no/such/folder' }, '/no/such/folder'],
  ])('a program that %s is not_started', async (_title, command, said) => {
    const child = startOsProcess(command);

    expect(await child.write(chunk)).toBe(false);
    const exit = await child.exited;
    expect(exit).toMatchObject({ kind: 'not_started', program: command.program });
    expect(describeOsExit(exit)).toContain(said);
    expect(child.osPid).toBeUndefined();
    expect(await child.stop()).toEqual(exit);
  });

  test('a program that exits with 3 mid-stream makes writes false, and its complaint is in the exit', async () => {
    const child = startOsProcess(fixture('exits-3-mid-stream'));

    while (await child.write(chunk));

    expect(await child.exited).toEqual({ kind: 'exited', exitCode: 3, stderrTail: 'no space left\n' });
    expect(await child.write(chunk)).toBe(false);
  });

  test('a program that closes its stdin makes writes false, and lives on', async () => {
    const child = startOsProcess(fixture('closes-stdin-early'));
    await ready(child);

    while (await child.write(chunk));

    process.kill(child.osPid ?? 0, 'SIGUSR2');
    expect(await child.exited).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  test('a program that stops reading makes writes wait; stopping it makes them false', async () => {
    const child = startOsProcess(fixture('stops-reading-stdin'));
    await ready(child);

    let done: boolean | undefined;
    const writes = [1, 2, 3].map(async () => {
      done = await child.write(chunk);
      return done;
    });
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    expect(done).toBeUndefined();

    expect(await child.stop()).toMatchObject({ kind: 'stopped', forced: false });
    expect(await Promise.all(writes)).toEqual([false, false, false]);
  });

  test('half a frame is what the reader gets of a program that leaves in the middle of one', async () => {
    const child = startOsProcess(fixture('writes-half-a-frame'));

    expect(await readAll(child)).toHaveLength(51);
    expect(await child.exited).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  test.each([1, 14, 4096])(
    'a flood of stderr neither blocks nor leaves more than the last %i bytes',
    async (limit) => {
      const child = startOsProcess(fixture('floods-stderr', '32'), { stderrTailBytes: limit });

      const exit = await child.exited;

      const stderrTail = 'stderrTail' in exit ? exit.stderrTail : '';
      expect(stderrTail).toHaveLength(limit);
      expect(`${'x'.repeat(limit)}the last line\n`.endsWith(stderrTail)).toBe(true);
    },
  );

  test('stderrTailBytes 0 keeps nothing', async () => {
    const child = startOsProcess(fixture('floods-stderr', '1'), { stderrTailBytes: 0 });

    expect(await child.exited).toEqual({ kind: 'exited', exitCode: 0, stderrTail: '' });
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGSEGV'])('a program that dies by %s is signalled', async (signal) => {
    const child = startOsProcess(fixture('dies-by-signal', signal));

    expect(await child.exited).toEqual({ kind: 'signalled', signal, stderrTail: '' });
  });

  test('cwd and env reach the program, on top of our own environment', async () => {
    const args = ['-e', 'process.stdout.write([process.cwd(), process.env.GIVEN, process.env.PATH].join())'];
    const command = { program: process.execPath, args, cwd: tmpdir(), env: { GIVEN: 'yes' } };

    const output = await readAll(startOsProcess(command));

    expect(output).toBe(`${tmpdir()},yes,${process.env.PATH}`);
  });

  test('nice lowers the priority', async () => {
    const child = startOsProcess({ program: 'sleep', args: ['30'] }, { nice: 7 });

    expect(getPriority(child.osPid)).toBe(7);
    await child.stop();
  });

  test('nice never raises it: a program that gave up more passes that on', async () => {
    const host = `
      import { getPriority, setPriority } from 'node:os';
      import { startOsProcess } from ${JSON.stringify(new URL('../../src/index.js', import.meta.url).href)};
      setPriority(11);
      const child = startOsProcess({ program: 'sleep', args: ['30'] }, { nice: 7 });
      process.stdout.write(String(getPriority(child.osPid)));
      await child.stop();
    `;
    const args = ['--input-type=module', '-e', host];

    expect(await readAll(startOsProcess({ program: process.execPath, args }))).toBe('11');
  });

  test('ignored streams are ended streams', async () => {
    const child = startOsProcess({ program: 'cat', args: [] }, { stdin: 'ignore', stdout: 'ignore' });

    expect(await child.write(chunk)).toBe(false);
    expect(await readAll(child)).toBe('');
    expect(await child.exited).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  const cat = { program: 'cat', args: [] };
  const wrong: [string, Command, OsProcessOptions][] = [
    ['command.program', { program: '', args: [] }, {}],
    ['command.args[1]', { program: 'cat', args: ['-n', 'a\0b'] }, {}],
    ['command.env.A', { ...cat, env: { A: '\0' } }, {}],
    ['shutdownMs', cat, { shutdownMs: -1 }],
    ['shutdownMs', cat, { shutdownMs: Number.NaN }],
    ['timeoutMs', cat, { timeoutMs: Number.NaN }],
    ['stderrTailBytes', cat, { stderrTailBytes: 1.5 }],
    ['stderrTailBytes', cat, { stderrTailBytes: 2 ** 20 + 1 }],
    ['nice', cat, { nice: 20 }],
    ['nice', cat, { nice: -1 }],
    ['stdin', cat, JSON.parse('{"stdin":"inherit"}')],
    ['owner', cat, JSON.parse('{"owner":{}}')],
    ['signal', cat, JSON.parse('{"signal":{}}')],
  ];
  test.each(wrong)('a wrong %s is an OptionError, and nothing is started', (option, command, options) => {
    expect(() => startOsProcess(command, options)).toThrow(OptionError);
    expect(() => startOsProcess(command, options)).toThrow(expect.objectContaining({ option }));
  });

  test('a message to a program without ipc is an OptionError', async () => {
    const child = startOsProcess(cat);

    expect(() => child.send({ type: 'hello' })).toThrow(OptionError);
    await child.stop();
  });
});
