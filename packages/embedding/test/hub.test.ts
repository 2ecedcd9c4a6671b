import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type DownloadProgress,
  describeEmbeddingFailure,
  type EmbedderOptions,
  openEmbedder,
} from '../src/index.js';
import { tinyFiles } from './support/tiny-model.js';

const commit = 'c'.repeat(40);
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** A hub: small files at once, weights through a redirect whose first answer carries the checksum. */
type Hub = {
  readonly url: string;
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
  readonly files: Map<string, Uint8Array>;
  announce: (content: Uint8Array) => string;
  answer: ((path: string, response: ServerResponse) => boolean) | undefined;
};

let server: Server;
let hub: Hub;
let cacheFolder: string;

const handle = (request: IncomingMessage, response: ServerResponse): void => {
  const path = request.url ?? '';
  hub.requests.push({ path, authorization: request.headers.authorization });
  if (hub.answer?.(path, response)) return;
  const [, revision, name] = path.match(/^\/owner\/tiny\/resolve\/([^/]+)\/(.+)$/) ?? [];
  const stored = path.match(/^\/storage\/(.+)$/)?.[1];
  const content = hub.files.get(stored ?? name ?? '');
  if (content === undefined || (stored === undefined && revision !== 'main' && revision !== commit))
    response.writeHead(404).end('Entry not found');
  else if (stored === undefined && name?.endsWith('.onnx'))
    response
      .writeHead(302, {
        location: `/storage/${name}`,
        'x-linked-etag': `"${hub.announce(content)}"`,
        'x-repo-commit': commit,
      })
      .end();
  else response.writeHead(200, { 'content-length': content.length, 'x-repo-commit': commit }).end(content);
};

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'hub-cache-'));
  server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  hub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    files: tinyFiles({ modelName: 'onnx/model.onnx' }),
    announce: sha256,
    answer: undefined,
  };
});

afterEach(async () => {
  server.closeAllConnections();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
  await rm(cacheFolder, { recursive: true });
});

const open = (options: EmbedderOptions = {}) =>
  openEmbedder({
    model: 'owner/tiny',
    cacheFolder,
    partitions: 1,
    ...options,
    hub: { baseUrl: hub.url, ...options.hub },
  });

const failureOf = async (options: EmbedderOptions = {}) => {
  const opened = await open(options);
  if (opened.ok) await opened.embedder.close();
  return opened.ok ? undefined : opened.failure;
};

/** Every file in the cache, temporary ones too. */
const cached = async (): Promise<string[]> =>
  (await readdir(cacheFolder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('a hub model', () => {
  test('is downloaded once, with progress, and then opened from the cache without a request', async () => {
    const progress: DownloadProgress[] = [];
    const first = await open({ onProgress: (step) => progress.push(step) });
    if (!first.ok) throw new Error(describeEmbeddingFailure(first.failure));
    expect(first.embedder.model).toMatchObject({ name: 'owner/tiny', dimensions: 4 });
    await first.embedder.close();

    const weights = hub.files.get('onnx/model.onnx')?.length;
    expect(progress.findLast(({ file }) => file === 'onnx/model.onnx')).toEqual({
      file: 'onnx/model.onnx',
      receivedBytes: weights,
      totalBytes: weights,
    });

    const asked = hub.requests.length;
    for (const offline of [false, true]) {
      const again = await open({ offline });
      if (!again.ok) throw new Error(describeEmbeddingFailure(again.failure));
      expect(again.embedder.model).toEqual(first.embedder.model);
      await again.embedder.close();
    }
    expect(hub.requests.length).toBe(asked);
  });

  test('is downloaded in one version: the first answer’s commit is asked for from then on', async () => {
    expect(await failureOf()).toBeUndefined();
    const paths = hub.requests.map(({ path }) => path).filter((path) => path.includes('/resolve/'));
    expect(paths[0]).toContain('/resolve/main/');
    for (const path of paths.slice(1)) expect(path).toContain(`/resolve/${commit}/`);
  });

  test('the token goes to the hub and not to where it redirects', async () => {
    const other = createServer((_, response) => {
      const content = hub.files.get('onnx/model.onnx') ?? new Uint8Array();
      response.writeHead(200, { 'content-length': content.length }).end(content);
    }).listen(0, '127.0.0.1');
    let seen: string | undefined = 'never asked';
    other.on('request', (request: IncomingMessage) => {
      seen = request.headers.authorization;
    });
    await once(other, 'listening');
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/weights`;
    hub.answer = (path, response) => {
      if (!path.endsWith('/model.onnx')) return false;
      response.writeHead(302, { location }).end();
      return true;
    };
    try {
      expect(await failureOf({ hub: { token: 'secret' } })).toBeUndefined();
      expect(hub.requests.every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
      expect(seen).toBeUndefined();
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
    }
  });
});

describe('a download that fails leaves nothing in the cache and says why', () => {
  afterEach(async () => expect(await cached()).toEqual([]));

  test('a file whose sha256 is not the announced one', async () => {
    hub.announce = () => 'a'.repeat(64);
    expect(await failureOf()).toMatchObject({ kind: 'checksum_mismatch', expected: 'a'.repeat(64) });
  });

  test('a connection that ends in the middle', async () => {
    hub.answer = (path, response) => {
      if (!path.startsWith('/storage/')) return false;
      response.writeHead(200, { 'content-length': 1000 });
      response.write('half');
      setImmediate(() => response.destroy());
      return true;
    };
    expect(await failureOf()).toMatchObject({ kind: 'hub_unreachable', model: 'owner/tiny' });
  });

  test('a hub that stops answering', async () => {
    hub.answer = () => true;
    const failure = await failureOf({ hub: { idleTimeoutMs: 200 } });
    expect(failure).toMatchObject({ kind: 'hub_unreachable', detail: 'nothing arrived for 200 ms' });
  });

  test('one that is given up: the signal’s reason', async () => {
    const controller = new AbortController();
    hub.answer = (path) => {
      if (path.startsWith('/storage/')) controller.abort(new Error('enough'));
      return path.startsWith('/storage/');
    };
    await expect(open({ signal: controller.signal })).rejects.toThrow('enough');
  });

  test('no network', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const failure = await failureOf();
    expect(failure).toMatchObject({ kind: 'hub_unreachable', model: 'owner/tiny' });
    expect(failure && describeEmbeddingFailure(failure)).toMatch(
      /owner\/tiny is not in the cache .* Connect and try again/,
    );
  });

  test('offline by option, without a request', async () => {
    expect(await failureOf({ offline: true })).toMatchObject({ kind: 'hub_unreachable' });
    expect(hub.requests).toEqual([]);
  });

  test.each([[401], [403], [500]])('an answer with status %i', async (status) => {
    hub.answer = (_, response) => {
      response.writeHead(status).end();
      return true;
    };
    expect(await failureOf()).toMatchObject({ kind: 'hub_refused', status });
  });

  test.each([['config.json'], ['tokenizer.json'], ['onnx/model.onnx']])(
    'a repository without %s',
    async (name) => {
      hub.files.delete(name);
      expect(await failureOf()).toMatchObject({
        kind: 'hub_refused',
        status: 404,
        url: expect.stringMatching(`${name}$`),
      });
    },
  );

  test('redirects without end', async () => {
    hub.answer = (path, response) => {
      response.writeHead(302, { location: path }).end();
      return true;
    };
    expect(await failureOf()).toMatchObject({ kind: 'hub_unreachable', detail: 'more than 5 redirects' });
  });
});

describe('names that could lead out of the cache are refused before anything is asked', () => {
  test.each(['../x', 'a/..', '../../etc/x', 'a/b/c', 'a', '', 'a\\b/c', '.hidden/x'])(
    'model %j',
    async (model) => {
      if (model.startsWith('../'))
        return expect(await failureOf({ model })).toMatchObject({ kind: 'model_missing' });
      await expect(open({ model })).rejects.toMatchObject({ name: 'OptionError', option: 'model' });
    },
  );
  test.each(['../x', 'a/../../b', '/x', ''])('revision %j', async (revision) => {
    await expect(open({ hub: { revision } })).rejects.toMatchObject({
      name: 'OptionError',
      option: 'hub.revision',
    });
  });
  afterEach(() => expect(hub.requests).toEqual([]));
});
