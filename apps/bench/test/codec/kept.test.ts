import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BenchError } from '../../src/benchmark.js';
import { Kept, type KeptSettings } from '../../src/codec/kept.js';
import { loadSoak, saveSoak } from '../../src/codec/soak.js';
import { textDigest } from '../../src/codec/text.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-'));
});
afterEach(() => rm(folder, { recursive: true }));

const settings: KeptSettings = { text: 'aaaaaaaaaaaa', frames: 40, quick: true };
const index = { name: 'int6', isDefault: true, perTextByte: 0.6, vectorsPerTextByte: 0.4 };

describe('a file with what was measured', () => {
  test('is gone on from with the same settings', () => {
    const file = join(folder, 'kept.json');
    new Kept(file, settings).addIndexes([index]);
    expect(new Kept(file, { ...settings }).indexes).toEqual([index]);
    expect(new Kept(undefined, settings).indexes).toEqual([]);
  });

  test.each([
    ['text', { text: 'bbbbbbbbbbbb' }, 'text bbbbbbbbbbbb'],
    ['frames', { frames: 300 }, '--frames 300'],
    ['haste', { quick: false }, 'this run is of --frames 40'],
  ])('is refused with another %s, which is said', (_what, other, said) => {
    const file = join(folder, 'kept.json');
    new Kept(file, settings).addIndexes([index]);
    const again = () => new Kept(file, { ...settings, ...other });
    expect(again).toThrow(BenchError);
    expect(again).toThrow(file);
    expect(again).toThrow(said);
  });

  test.each([
    ['no JSON', 'none'],
    ['figures of unknown settings', '{"sweep":[]}'],
  ])('that holds %s is refused', async (_what, content) => {
    const file = join(folder, 'kept.json');
    await writeFile(file, content);
    expect(() => new Kept(file, settings)).toThrow(BenchError);
  });

  test('of a soak is none of a sweep, nor the other way round', () => {
    const [soak, sweep] = [join(folder, 'soak.json'), join(folder, 'sweep.json')];
    saveSoak(soak, { seed: 5, tallies: [] });
    new Kept(sweep, settings).addIndexes([index]);
    expect(() => new Kept(soak, settings)).toThrow(BenchError);
    expect(() => loadSoak(sweep, 5)).toThrow(BenchError);
    expect(loadSoak(soak, 7)).toEqual({ seed: 5, tallies: [] });
  });
});

test('a text is known by what is in it, wherever it is', async () => {
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  await writeFile(one, 'a text');
  await writeFile(other, 'a text');
  expect(textDigest(one)).toBe(textDigest(other));
  await writeFile(other, 'another text');
  expect(textDigest(one)).not.toBe(textDigest(other));
  expect(textDigest(undefined)).toMatch(/^[0-9a-f]{12}$/);
});
