import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { defineGenServer, ok } from '@memvisor/supervisor';
import { archivePath, archivesIn, sendVideo } from './archives.js';
import { refusal, safeHeaders } from './guard.js';
import { Stream } from './stream.js';
import { actOn, encodeText, Refused, searchArchive, type Workplace } from './work.js';

/** What the page needs. */
export interface PageOptions extends Workplace {
  /** 0: any that is free. */
  readonly port: number;
  /** Told once it listens. */
  readonly onListening: (port: number) => void;
}

/** Longest request in bytes. */
const mostBytes = 10_000_000;

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
/** The page's own files, by path. */
const assets: { readonly [path: string]: readonly [file: string, type: string] } = {
  '/': [file('page/index.html'), 'text/html; charset=utf-8'],
  '/page.css': [file('page/page.css'), 'text/css; charset=utf-8'],
  '/page.js': [file('dist/page/page.js'), 'text/javascript; charset=utf-8'],
  '/tree.js': [file('dist/page/tree.js'), 'text/javascript; charset=utf-8'],
  '/icon.svg': [file('page/icon.svg'), 'image/svg+xml'],
};

/**
 * The process that serves the observer page. It is part of the tree that it shows: kill it, and its supervisor brings it back
 * while open pages wait.
 */
export const pageServer = defineGenServer<object, Server, PageOptions>({
  name: 'observer page',
  init: async ({ port, folder, model, onListening }, ctx) => {
    ctx.trapExit(true);
    const stream = new Stream(() => archivesIn(folder));
    const server = createServer((request, response) => {
      void answer(request, response, { folder, model, stream, port: portOf(server) }).catch(
        (error: unknown) => {
          if (!response.headersSent) response.writeHead(500, safeHeaders);
          response.end(error instanceof Error ? error.message : String(error));
        },
      );
    });
    // However the process ends, a kill included.
    ctx.signal.addEventListener('abort', () => {
      stream.close();
      server.close();
      server.closeAllConnections();
    });
    await listen(server, port);
    onListening(portOf(server));
    return ok(server);
  },
});

/** Of this machine alone. A killed predecessor's port may be free only in a moment. */
const listen = async (server: Server, port: number): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === 10) throw error;
      await setTimeout(50);
    }
  }
};

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

interface Serving extends Workplace {
  readonly stream: Stream;
  readonly port: number;
}

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
): Promise<void> => {
  for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
  const refused = refusal(request, serving.port);
  if (refused !== undefined) return end(response, 403, refused);
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST') return post(pathname, request, response, serving);
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, 'GET or POST');
  if (pathname === '/events') return serving.stream.open(response);
  const [, name] = /^\/videos\/(.+)$/.exec(pathname) ?? [];
  if (name !== undefined) {
    const path = await archivePath(serving.folder, decoded(name));
    return path === undefined ? end(response, 404, 'no such video') : sendVideo(path, request, response);
  }
  const asset = assets[pathname];
  if (asset === undefined) return end(response, 404, 'nothing here');
  response.writeHead(200, { 'Content-Type': asset[1], 'Cache-Control': 'no-cache' });
  response.end(request.method === 'HEAD' ? undefined : await readFile(asset[0]));
};

const post = async (
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
  { stream, ...workplace }: Serving,
): Promise<void> => {
  try {
    const body = await bodyOf(request);
    switch (pathname) {
      case '/act':
        await actOn(body, (id) => stream.placeOf(id));
        return end(response, 204);
      case '/encode':
        await encodeText(body, workplace);
        return end(response, 202);
      case '/search':
        return end(response, 200, JSON.stringify(await searchArchive(body, workplace)), 'application/json');
      default:
        return end(response, 404, 'nothing here');
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    end(response, 400, error.message);
  }
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  if (!(Number(request.headers['content-length']) <= mostBytes))
    throw new Refused('that is more than 10 MB; use memvisor encode');
  return json(request).catch(() => {
    throw new Refused('expected JSON');
  });
};

const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
};

const end = (
  response: ServerResponse,
  status: number,
  text = '',
  type = 'text/plain; charset=utf-8',
): void => {
  response.writeHead(status, text === '' ? {} : { 'Content-Type': type });
  response.end(text);
};
