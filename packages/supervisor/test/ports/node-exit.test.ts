import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type OsProcess, startOsProcess } from '../../src/ports/os-process.js';

describe('when Node ends, so do its children', () => {
  test.each([
    ['stubborn', 'exit'],
    ['stubborn', 'uncaught'],
    ['stubborn', 'SIGTERM'],
    ['stubborn', 'SIGINT'],
    ['node_child', 'exit'],
    ['node_child', 'SIGKILL'],
    ['reading', 'SIGKILL'],
  ])('a %s child, on %s', async (kind, ending) => {
    const folder = mkdtempSync(join(tmpdir(), 'ports-'));
    const server = createServer().listen(join(folder, 'socket'));
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const host = startHost(kind, join(folder, 'socket'), ending);

    const [socket] = await connected;
    const closed = once(socket.resume(), 'close');
    process.kill(host.osPid ?? 0, 'SIGUSR2');

    // The connection is the child's: it closes when the child is gone, and only then.
    await closed;
    await host.exited;
    server.close();
    await once(server, 'close');
    rmSync(folder, { recursive: true });
  });

  test('a child that nobody ends keeps its connection', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ports-'));
    const server = createServer().listen(join(folder, 'socket'));
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const host = startHost('stubborn', join(folder, 'socket'), 'exit');

    const [socket] = await connected;
    const [pid] = await once(socket, 'data');
    expect(process.kill(Number(pid), 0)).toBe(true);

    const closed = once(socket, 'close');
    process.kill(host.osPid ?? 0, 'SIGUSR2');
    await closed;
    await host.exited;
    server.close();
    await once(server, 'close');
    rmSync(folder, { recursive: true });
  });
});

test('stopping a program whose start just failed signals nobody', async () => {
  const path = fileURLToPath(new URL('./programs/stops-what-never-started.js', import.meta.url));
  const host = spawn(process.execPath, [path], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await once(host.stdout, 'data');
  const [code, signal] = await once(host, 'exit');

  expect({ output: String(output), code, signal }).toEqual({ output: 'not_started', code: 0, signal: null });
});

const startHost = (kind: string, socket: string, ending: string): OsProcess =>
  startOsProcess({
    program: process.execPath,
    args: [fileURLToPath(new URL('./programs/host.js', import.meta.url)), kind, socket, ending],
  });
