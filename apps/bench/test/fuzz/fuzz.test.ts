import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { writeFrame } from '../../src/fuzz/frame-writer.js';
import { deep, hostileFrames } from '../../src/fuzz/hostile.js';
import { mutantKinds } from '../../src/fuzz/mutants.js';
import { mutate } from '../../src/fuzz/mutate.js';
import { changeParityArchive } from '../../src/fuzz/parity-mutants.js';
import { Reader } from '../../src/fuzz/reader.js';
import { chanceFrom } from '../../src/soak/chance.js';

const reader = new Reader();
afterAll(() => reader.close());

test('mutants are the same each time for the same seed', () => {
  const bytes = Buffer.from('a file of some length, with bytes in it');
  const made = (seed: number) => mutate(bytes, chanceFrom(seed));
  expect(Array.from({ length: 50 }, (_, seed) => made(seed))).toEqual(
    Array.from({ length: 50 }, (_, seed) => made(seed)),
  );
  expect(bytes.toString()).toBe('a file of some length, with bytes in it');
});

test('the shares of all kinds and of the command line are 1,000', () => {
  expect(mutantKinds.reduce((sum, { share }) => sum + share, 0)).toBe(1000);
});

test('of an archive with parity some frame is left, whatever is changed after what', () => {
  const payloads = Array.from({ length: 12 }, (_, frame) =>
    writeFrame({ kind: frame < 10 ? 'chunks' : 'parity', frame, body: Buffer.alloc(30, frame) }),
  );
  const parity = { video: '', index: '', texts: new Map(), payloads, parityFrames: 2 };
  const archives = { parity, otherParity: parity };
  for (let seed = 0; seed < 20_000; seed++) {
    const { payloads: left, how } = changeParityArchive(archives, chanceFrom(seed));
    if (left.length === 0) throw new Error(`nothing is left with seed ${seed}: ${how}`);
  }
});

describe('the process that reads', () => {
  test('reads a sound frame, and each hostile one without harm', async () => {
    const body = Buffer.concat([Uint8Array.of(1, 0, 0, 4), Buffer.from('Text')]);
    const sound = writeFrame({ kind: 'chunks', frame: 3, firstChunk: 7, body });
    expect(await reader.read({ type: 'frame', payload: sound, changeSeed: undefined })).toMatchObject({
      ok: true,
      reply: { outcome: 'read', texts: [[7, 'Text']] },
    });
    for (const [how, make] of hostileFrames) {
      const payload = make(0, chanceFrom(5)).subarray(0, 2953);
      const read = await reader.read({ type: 'frame', payload, changeSeed: undefined });
      expect([how, read.ok]).toEqual([how, true]);
    }
  });

  test('a frame with metadata too deep to be walked is damaged', async () => {
    const body = Buffer.from(deep(120));
    const meta = Buffer.concat([
      Uint8Array.of(1, 0, 2, 0, 0x80 | (body.length & 0x7f), body.length >> 7),
      body,
    ]);
    const payload = writeFrame({ kind: 'chunks', frame: 0, body: meta });
    expect(await reader.read({ type: 'frame', payload, changeSeed: undefined })).toMatchObject({
      ok: true,
      reply: { outcome: 'bad_record' },
    });
  });
});

const program = fileURLToPath(new URL('../../src/fuzz.js', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

test('an option that can not be right ends it with 2', () => {
  expect(run('--rounds', 'many').status).toBe(2);
});
