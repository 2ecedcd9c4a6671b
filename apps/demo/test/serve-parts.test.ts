import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { AnyPid, ObservedTree, TelemetryEvent } from '@memvisor/supervisor';
import { archivePath, archivesIn, sendVideo } from '../src/serve/archives.js';
import { Feed } from '../src/serve/feed.js';
import { refusal } from '../src/serve/guard.js';
import type { Row } from '../src/serve/messages.js';
import { changes, rowsOf } from '../src/serve/tree-rows.js';
import { cliPath } from './cli.js';

describe('who may ask the observer page', () => {
  const own = { host: '127.0.0.1:4300' };
  const change = { ...own, origin: 'http://127.0.0.1:4300', 'content-type': 'application/json' };
  test.each<[what: string, method: string, headers: IncomingMessage['headers'], says: RegExp | undefined]>([
    ['the page itself', 'GET', { ...own, 'sec-fetch-site': 'same-origin' }, undefined],
    ['an address typed in', 'GET', { ...own, 'sec-fetch-site': 'none' }, undefined],
    ['localhost', 'GET', { host: 'localhost:4300' }, undefined],
    ['a program without a browser', 'GET', own, undefined],
    ['another name for this machine', 'GET', { host: 'evil.example:4300' }, /127\.0\.0\.1/],
    ['another port', 'GET', { host: '127.0.0.1:80' }, /127\.0\.0\.1/],
    ['no name', 'GET', {}, /127\.0\.0\.1/],
    ['a picture in another site', 'GET', { ...own, 'sec-fetch-site': 'cross-site' }, /other websites/],
    ['another port of this machine', 'GET', { ...own, 'sec-fetch-site': 'same-site' }, /other websites/],
    ['a change by the page', 'POST', change, undefined],
    ['a change by another site', 'POST', { ...change, origin: 'http://evil.example' }, /other websites/],
    ['a change by a page without origin', 'POST', { ...change, origin: 'null' }, /other websites/],
    ['a change from nowhere', 'POST', { ...own, 'content-type': 'application/json' }, /where it comes from/],
    ['a form', 'POST', { ...change, 'content-type': 'text/plain' }, /application\/json/],
  ])('%s', (_, method, headers, says) => {
    const refused = refusal({ method, headers } as IncomingMessage, 4300);
    if (says === undefined) expect(refused).toBeUndefined();
    else expect(refused).toMatch(says);
  });
});

const node = (id: string, more: Partial<ObservedTree> = {}): ObservedTree => ({
  pid: id as unknown as AnyPid,
  name: undefined,
  kind: 'gen_server',
  label: 'worker',
  status: 'waiting',
  mailbox: 0,
  links: 0,
  childId: id,
  restarts: 0,
  owner: undefined,
  children: [],
  omitted: 0,
  ...more,
});

describe('the tree as rows', () => {
  test('from top to bottom, each with its level; a child without a process is known by its supervisor', () => {
    const gone = node('c', { pid: undefined, owner: 'a' as unknown as AnyPid, status: 'stopped' });
    const { rows, places } = rowsOf([node('a', { children: [node('b'), gone] }), node('d')]);
    expect(rows.map(({ id, level }) => [id, level])).toEqual([
      ['a', 1],
      ['b', 2],
      ['a/c', 2],
      ['d', 1],
    ]);
    expect(places.get('a/c')).toEqual({ pid: undefined, owner: 'a', childId: 'c' });
  });

  test('only what has changed is told, and the order only when it is another', () => {
    const rows = rowsOf([node('a'), node('b')]).rows;
    const known = new Map<string, Row>(rows.map((row) => [row.id, row]));
    expect(changes(known, rows)).toBeUndefined();

    const busier = rowsOf([node('a'), node('b', { mailbox: 3 })]).rows;
    expect(changes(known, busier)).toEqual({ rows: [busier[1]] });
    expect(changes(known, rows.slice(1))).toEqual({ rows: [], order: ['b'] });
    expect(changes(known, rows.toReversed())).toEqual({ rows: [], order: ['b', 'a'] });
  });
});

test('a restart storm is two lines that count; orderly ends are none', () => {
  const feed = new Feed();
  const pid = '<0.7>' as unknown as AnyPid;
  const exit = (reason: unknown) =>
    ({ type: 'exit', pid, reason, kind: 'gen_server', label: 'bomb' }) as TelemetryEvent;
  const restart: TelemetryEvent = {
    type: 'restart',
    supervisor: pid,
    childId: 'bomb',
    reason: 'killed',
    restarts: 1,
    maxRestarts: 3,
    maxSeconds: 5,
  };
  for (let times = 0; times < 1000; times++) {
    feed.note(exit('killed'));
    feed.note(restart);
  }
  expect(feed.note(exit('normal'))).toBe(false);
  expect(feed.note(exit('shutdown'))).toBe(false);
  expect(feed.entries).toMatchObject([
    { kind: 'crash', text: 'bomb ended: killed', times: 1000 },
    { kind: 'restart', times: 1000 },
  ]);
  for (let at = 0; at < 300; at++) feed.note(exit(`reason ${at}`));
  expect(feed.entries.length).toBe(200);
});

test('what the page may not have is refused in words; when the root is killed, serve says so and ends', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'serve-'));
  const serving = spawn(process.execPath, [cliPath, 'serve', folder, '--port', '0', '--json']);
  let said = '';
  serving.stderr.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  const [line] = await once(serving.stdout.setEncoding('utf8'), 'data');
  const { url } = JSON.parse(line);
  const post = async (path: string, body: object) => {
    const headers = { 'Content-Type': 'application/json', Origin: url.slice(0, -1) };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return [response.status, await response.text()];
  };
  const page = await fetch(`${url}events`);
  await page.body?.getReader().read();

  expect(await post('act', { id: '<0.1>', action: 'start' })).toEqual([400, 'it runs already']);
  expect(await post('act', { id: '<0.99>', action: 'kill' })).toEqual([400, 'that process is gone']);
  expect(await post('act', { id: 1, action: 'kill' })).toEqual([400, 'id: expected a text']);
  expect(await post('act', { id: '<0.1>', action: 'x' })).toEqual([
    400,
    'action: expected stop, kill or start',
  ]);
  expect(await post('search', { archive: '../x.mp4', question: '?' })).toEqual([
    400,
    'there is no ../x.mp4 in the folder',
  ]);
  expect(await post('encode', { name: 'x', text: '' })).toEqual([400, 'text: expected some text']);

  await writeFile(join(folder, 'kept.mp4'), 'not to be replaced');
  expect(await post('encode', { name: 'kept', text: 'x' })).toEqual([
    400,
    'there is a kept.mp4 already; choose another name',
  ]);

  const closed = once(serving, 'close');
  await post('act', { id: '<0.1>', action: 'kill' }).catch(() => undefined);
  expect(await closed).toEqual([1, null]);
  expect(said).toBe('memvisor: the root supervisor has ended, and all with it.\n');
  await rm(folder, { recursive: true });
});

test('videos are those in the folder, by name; players get the parts that they ask for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'videos-'));
  await writeFile(join(folder, 'a b.mp4'), '0123456789');
  await writeFile(join(folder, '.hidden.mp4'), 'x');
  await writeFile(join(folder, 'a.txt'), 'x');
  await mkdir(join(folder, 'c.mp4'));
  await symlink('/etc/passwd', join(folder, 'd.mp4'));
  expect(await archivesIn(folder)).toEqual(['a b.mp4']);
  for (const name of ['../secret.mp4', '/etc/passwd', 'a.txt', 'd.mp4', ''])
    expect(await archivePath(folder, name)).toBeUndefined();
  const path = (await archivePath(folder, 'a b.mp4')) ?? '';

  const server = createServer((request, response) => void sendVideo(path, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const ask = async (range?: string) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const response = await fetch(url, { headers: range === undefined ? {} : { range } });
    return [response.status, await response.text(), response.headers.get('content-range')];
  };
  expect(await ask()).toEqual([200, '0123456789', null]);
  expect(await ask('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
  expect(await ask('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
  expect(await ask('bytes=-2')).toEqual([206, '89', 'bytes 8-9/10']);
  expect(await ask('bytes=8-99')).toEqual([206, '89', 'bytes 8-9/10']);
  expect(await ask('bytes=10-')).toEqual([416, '', 'bytes */10']);
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await rm(folder, { recursive: true });
});
