import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const types: { readonly [extension: string]: string } = {
  '.mp4': 'video/mp4',
  '.mov': 'video/mp4',
  '.mkv': 'video/x-matroska',
  '.webm': 'video/webm',
};

/** The videos in a folder, in the order of their names. */
export const archivesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && extname(entry.name) in types && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();

/** A video of the folder as a path; `undefined` for any other name, so that no name leads out of it. */
export const archivePath = async (folder: string, name: string): Promise<string | undefined> =>
  (await archivesIn(folder)).includes(name) ? join(folder, name) : undefined;

/** Sends a video, or the part of it that a player asks for. */
export const sendVideo = async (
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { size } = await stat(path);
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const isPart = from !== '' || to !== '';
  const start = from !== '' ? Number(from) : to !== '' ? Math.max(0, size - Number(to)) : 0;
  const end = from !== '' && to !== '' ? Math.min(Number(to), size - 1) : size - 1;
  response.setHeader('Accept-Ranges', 'bytes');
  if (isPart && (start >= size || end < start)) {
    response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
    return;
  }
  response.writeHead(isPart ? 206 : 200, {
    'Content-Type': types[extname(path)] ?? 'application/octet-stream',
    'Content-Length': end - start + 1,
    ...(isPart ? { 'Content-Range': `bytes ${start}-${end}/${size}` } : {}),
  });
  if (request.method === 'HEAD' || size === 0) response.end();
  // A player that has seen enough hangs up.
  else await pipeline(createReadStream(path, { start, end }), response).catch(() => undefined);
};
