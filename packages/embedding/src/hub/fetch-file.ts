import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { detailOf, EmbeddingError } from '../failure.js';

export type HubSource = {
  readonly model: string;
  readonly baseUrl: string;
  readonly token: string | undefined;
  /** Ends a download in which nothing arrives for so long. */
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
};

export type FetchedFile = {
  readonly bytes: number;
  readonly sha256: string;
  readonly commit: string | undefined;
};

/**
 * Downloads one file of a repository and checks it: its length, and its sha256 where the hub announces one
 * (for every large file).
 *
 * @returns What was written, or undefined where the hub has no such file.
 */
export const fetchFile = async (
  source: HubSource,
  revision: string,
  name: string,
  path: string,
  onBytes: (received: number, total: number | undefined) => void,
): Promise<FetchedFile | undefined> => {
  const url = `${source.baseUrl}/${source.model}/resolve/${encodeURIComponent(revision)}/${name}`;
  const idle = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const touch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(
      () => idle.abort(new Error(`nothing arrived for ${source.idleTimeoutMs} ms`)),
      source.idleTimeoutMs,
    );
  };
  const signal = source.signal ? AbortSignal.any([idle.signal, source.signal]) : idle.signal;
  touch();
  try {
    const { response, announced, commit } = await follow(source, url, signal);
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new EmbeddingError({ kind: 'hub_refused', model: source.model, url, status: response.status });
    }
    const total = Number(response.headers.get('content-length')) || undefined;
    const written = await save(response, path, (received) => {
      touch();
      onBytes(received, total);
    });
    if (announced !== undefined && announced !== written.sha256)
      throw new EmbeddingError({
        kind: 'checksum_mismatch',
        url,
        expected: announced,
        actual: written.sha256,
      });
    return { ...written, commit };
  } catch (error) {
    source.signal?.throwIfAborted();
    if (error instanceof EmbeddingError) throw error;
    const detail = detailOf((error as Error).cause ?? error);
    throw new EmbeddingError({ kind: 'hub_unreachable', model: source.model, url, detail }, { cause: error });
  } finally {
    clearTimeout(timer);
  }
};

const maxHops = 5;

/** Follows redirects by hand: the checksum stands in the first answer, and the token may not leave the hub. */
const follow = async (source: HubSource, url: string, signal: AbortSignal) => {
  let announced: string | undefined;
  let commit: string | undefined;
  let at = new URL(url);
  for (let hop = 0; hop <= maxHops; hop++) {
    const authorized = source.token !== undefined && at.origin === new URL(source.baseUrl).origin;
    const response = await fetch(at, {
      redirect: 'manual',
      signal,
      // Compressed answers would have another length than the file.
      headers: {
        'accept-encoding': 'identity',
        ...(authorized ? { authorization: `Bearer ${source.token}` } : {}),
      },
    });
    announced ??= sha256In(response.headers.get('x-linked-etag') ?? response.headers.get('etag'));
    commit ??= response.headers.get('x-repo-commit') ?? undefined;
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null)
      return { response, announced, commit };
    await response.body?.cancel();
    at = new URL(location, at);
  }
  throw new Error(`more than ${maxHops} redirects`);
};

/** An entity tag of 64 hexadecimal digits is the file's sha256; small files carry a git hash instead. */
const sha256In = (tag: string | null): string | undefined => tag?.match(/^(?:W\/)?"?([0-9a-f]{64})"?$/)?.[1];

const save = async (response: Response, path: string, onBytes: (received: number) => void) => {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const part of response.body ?? []) {
      hash.update(part);
      await file.writeFile(part);
      bytes += part.length;
      onBytes(bytes);
    }
    await file.sync();
    const expected = response.headers.get('content-length');
    if (expected !== null && Number(expected) !== bytes)
      throw new Error(`the download ended after ${bytes} of ${expected} bytes`);
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
};
