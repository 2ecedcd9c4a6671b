import { describe, expect, test } from '@jest/globals';
import { containerOf } from '../../src/profiles/container.js';
import { type EncodePlan, encodeArguments, trialOf } from '../../src/profiles/encode-arguments.js';
import type { ProfileName } from '../../src/profiles/profile.js';
import { findProfile, profileNames, profiles } from '../../src/profiles/profiles.js';

test('a trial is the profile as it encodes, of one small picture that goes nowhere', () => {
  const { arguments: args, pictureBytes } = trialOf(profiles.robust, 'mp4');
  const encoding = encodeArguments(plan('robust', { sizePx: 64, frameRate: 10, attempt: 0 }));
  const from = (all: readonly string[], to: number) => all.slice(all.indexOf('-protocol_whitelist'), to);
  expect(from(args, -1)).toEqual(from(encoding, -3)); // without where the index goes, and the file
  expect(pictureBytes).toBe(64 * 64);
  expect(trialOf(profiles.lossless, 'mkv').pictureBytes).toBe((64 * 64) / 8);
});

describe('encodeArguments', () => {
  test('h264 in .mp4: all key frames, gray frames from stdin, index at the front', () => {
    expect(encodeArguments(plan('h264'))).toEqual([
      ...['-hide_banner', '-nostats', '-loglevel', 'error', '-y'],
      ...['-protocol_whitelist', 'pipe', '-f', 'rawvideo', '-pix_fmt', 'gray'],
      ...['-video_size', '192x192', '-framerate', '30', '-i', 'pipe:0'],
      ...['-an', '-map_metadata', '-1', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
      ...['-preset', 'veryfast', '-qp', '48', '-g', '1'],
      ...['-x264-params', 'keyint=1:aq-mode=0:no-psy=1:no-deblock=1:deadzone-intra=5'],
      ...['-f', 'mp4', '-movflags', '+faststart', 'file:out'],
    ]);
  });

  test('lossless in .mkv: one-bit PNG', () => {
    expect(encodeArguments(plan('lossless', { container: 'mkv' })).slice(17)).toEqual([
      ...['-an', '-map_metadata', '-1', '-c:v', 'png', '-pix_fmt', 'monob'],
      ...['-pred', 'none', '-compression_level', '9'],
      ...['-f', 'matroska', 'file:out'],
    ]);
  });

  test('each attempt has a finer quantizer, never below 0', () => {
    const quantizer = (attempt: number) => {
      const args = encodeArguments(plan('h264', { attempt }));
      return args[args.indexOf('-qp') + 1];
    };
    expect([0, 1, 2, 99].map(quantizer)).toEqual(['48', '45', '42', '0']);
  });

  test.each(['mp4', 'mov'] as const)('h265 in .%s is tagged as Apple players want it', (container) => {
    expect(encodeArguments(plan('h265', { container })).join(' ')).toContain('-tag:v hvc1');
  });

  test('h265 in .mkv is not', () => {
    expect(encodeArguments(plan('h265', { container: 'mkv' }))).not.toContain('-tag:v');
  });

  test('a path is never taken for an option or a protocol', () => {
    expect(encodeArguments(plan('h264', { outputPath: '-y http://x' })).at(-1)).toBe('file:-y http://x');
  });
});

describe('profiles', () => {
  test.each(profileNames)('%s has its name, a purpose and a container', (name) => {
    expect(profiles[name].name).toBe(name);
    expect(profiles[name].purpose).not.toBe('');
    expect(profiles[name].containers.length).toBeGreaterThan(0);
  });

  test.each([
    ['h265', 'h265'],
    ['hevc', 'h265'],
    ['HEVC', 'h265'],
    ['avc', 'h264'],
    ['vp8', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('%j finds %s', (name, found) => {
    expect(findProfile(name)?.name).toBe(found);
  });
});

test.each([
  ['a.mp4', 'mp4'],
  ['a.b/c.MKV', 'mkv'],
  ['a.mov', 'mov'],
  ['a.webm', 'webm'],
  ['a.avi', undefined],
  ['mp4', undefined],
])('%s asks for %s', (path, container) => {
  expect(containerOf(path)).toBe(container);
});

const plan = (name: ProfileName, overrides: Partial<EncodePlan> = {}): EncodePlan => ({
  profile: profiles[name],
  container: 'mp4',
  sizePx: 192,
  frameRate: 30,
  outputPath: 'out',
  attempt: 0,
  ...overrides,
});
