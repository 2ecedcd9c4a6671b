import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type CodecPool,
  describeFailure,
  type JsonObject,
  startCodecPool,
  writeArchive,
} from '@memvisor/codec';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { describeEncoderFailure, recoverMemory } from '../../src/index.js';

let folder = '';
let pool: CodecPool;
beforeAll(() => {
  pool = startCodecPool({ size: 1 });
});
afterAll(() => pool.stop());
const video = () => join(folder, 'm.mkv');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'described-'));
});
afterEach(() => rm(folder, { recursive: true }));

const writeWith = async (metadata: JsonObject): Promise<void> => {
  const chunks = [{ id: 0, text: 'By itself.' }];
  const written = await writeArchive(chunks, { path: video(), pool, profile: 'lossless', metadata });
  if (!written.ok) throw new Error(describeFailure(written.failure));
};
const embedding = { module: hashEmbedder({ dimensions: 16 }) };

describe('a video that says it was built', () => {
  test.each([
    ['storage', 'int3'],
    ['storage', ['int8']],
    ['windows', 'none'],
    ['vectorSearchSpace', 'warped'],
    ['reduceTo', -1],
  ])(
    'with the %s %j: that is told with its place, and texts come back without an index',
    async (name, value) => {
      await writeWith({ index: { storage: 'int8', [name]: value } });
      const result = await recoverMemory(video(), { embedding });
      if (result.ok) throw new Error('recovered');
      expect(result.failure).toMatchObject({
        kind: 'unknown_setting',
        path: video(),
        place: `index.${name}`,
        value,
      });
      for (const part of [video(), `index.${name}`, JSON.stringify(value)])
        expect(describeEncoderFailure(result.failure)).toContain(part);
      expect(await readdir(folder)).toEqual(['m.mkv']);
      const texts = await recoverMemory(video(), { embedding, indexPath: null });
      expect(texts).toMatchObject({ ok: true, value: { chunks: 1 } });
    },
  );

  test.each<JsonObject>([{}, { index: 'none' }, { index: { storage: 'int8' }, embedding: { model: 7 } }])(
    'with nothing that matters (%j) is recovered with what is usual',
    async (metadata) => {
      await writeWith(metadata);
      expect(await recoverMemory(video(), { embedding })).toMatchObject({ ok: true, value: { chunks: 1 } });
    },
  );

  test.each(['someone/whose-model-is-not-here', '/etc', 'basename', 'a/../b', ''])(
    'with the model %j has none fetched or read: it is to be named',
    async (model) => {
      const asked: string[] = [];
      const hub = createServer(({ url = '' }, response) => {
        asked.push(url);
        response.writeHead(404).end();
      }).listen(0, '127.0.0.1');
      await new Promise((resolve) => hub.once('listening', resolve));
      const before = process.env.HF_ENDPOINT;
      process.env.HF_ENDPOINT = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
      try {
        await writeWith({ embedding: { model, fingerprint: 'f' } });
        const result = await recoverMemory(video());
        if (result.ok) throw new Error('recovered');
        expect(result.failure).toEqual({ kind: 'model_not_here', path: video(), model });
        expect(describeEncoderFailure(result.failure)).toContain(JSON.stringify(model));
        expect(asked).toEqual([]);
        expect(await readdir(folder)).toEqual(['m.mkv']);
      } finally {
        if (before === undefined) delete process.env.HF_ENDPOINT;
        else process.env.HF_ENDPOINT = before;
        await new Promise((resolve) => hub.close(resolve));
      }
    },
  );
});
