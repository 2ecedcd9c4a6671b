import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { exited, isAlive, spawn, stopServer, subscribe } from '@memvisor/supervisor';
import type { ArchiveFrame } from '../../src/archive/archive.js';
import { type Archive, type CodecPool, openArchive, startCodecPool, writeArchive } from '../../src/index.js';
import { fakeFfmpeg, inFolder, someChunks, unwrap } from '../support.js';
import { ffmpegThat, type WithArchive, watchingPorts, withArchiveOf } from './watched-archive.js';

let pool: CodecPool;
let withArchive: WithArchive;
beforeAll(() => {
  pool = startCodecPool({ size: 2 });
  withArchive = withArchiveOf(pool);
});
afterAll(() => pool.stop());

const allFrames = async (archive: Archive): Promise<ArchiveFrame[]> => {
  const frames: ArchiveFrame[] = [];
  for await (const frame of archive.readAllFrames()) frames.push(frame);
  return frames;
};

describe('single frames', () => {
  test.each([
    ['h264', 'a.mp4', 2],
    ['h264', 'a.mkv', 2],
    ['robust', 'a.mov', 2],
    ['lossless', 'a.mkv', 0],
    ['lossless', 'a.mov', 0],
  ])('of %s in %s come without an ffmpeg of their own, from %i that keep running', (profile, name, running) =>
    withArchive(name, { profile }, async (archive, ports) => {
      // Not even to open it.
      expect(ports).toMatchObject({ cold: 0 });
      const expected = await allFrames(archive);
      for (const frame of [5, 3, 3, 0, expected.length - 1, 4])
        expect(unwrap(await archive.readFrames([frame]))).toEqual([expected[frame]]);
      const many = [4, 1, 2, 6, 5];
      expect(unwrap(await archive.readFrames(many))).toEqual(many.map((frame) => expected[frame]));
      expect(ports).toMatchObject({ cold: 1 });
      expect(ports.warm).toHaveLength(running);
    }),
  );

  test('of h265, which no decoder is kept running for, come all the same', () =>
    withArchive('a.mp4', { profile: 'h265' }, async (archive) => {
      const expected = await allFrames(archive);
      await watchingPorts(async (ports) => {
        expect(unwrap(await archive.readFrames([3]))).toEqual([expected[3]]);
        expect(ports).toMatchObject({ warm: [], cold: 1 });
      });
    }));

  test('come by an ffmpeg of their own when decoders is 0, and after close', () =>
    withArchive('a.mp4', { decoders: 0 }, async (cold) => {
      await watchingPorts(async (ports) => {
        expect(unwrap(await cold.readFrames([3]))).toMatchObject([{ ok: true, frame: 3 }]);
        expect(ports).toMatchObject({ warm: [], cold: 1 });
        const opened = unwrap(await openArchive(cold.info.path, { pool }));
        const { length } = ports.warm;
        await opened.close();
        await opened.close();
        expect(unwrap(await opened.readFrames([3]))).toMatchObject([{ ok: true, frame: 3 }]);
        expect(ports.cold).toBe(2);
        expect(ports.warm).toHaveLength(length);
      });
    }));
});

describe('opening', () => {
  test('an archive with parity takes no other ffmpeg either, and says what the long way says', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.mkv');
      unwrap(await writeArchive(someChunks(120), { path, pool, profile: 'lossless', parity: true }));
      await watchingPorts(async (ports) => {
        const quick = unwrap(await openArchive(path, { pool }));
        expect(ports.cold).toBe(0);
        const long = unwrap(await openArchive(path, { pool, decoders: 0 }));
        expect(ports.cold).toBeGreaterThan(0);
        expect(quick.info.parityFrames).toBeGreaterThan(0);
        expect(quick.info).toEqual(long.info);
        for (const archive of [quick, long]) await archive.close();
      });
    }));

  test('by the ends too, options are checked', () =>
    withArchive('a.mp4', { decoders: 0 }, async ({ info }) => {
      const opening = openArchive(info.path, { pool, stallTimeoutMs: 0 });
      await expect(opening).rejects.toMatchObject({ name: 'OptionError', option: 'stallTimeoutMs' });
    }));

  test.each([
    ['that knows the newer option is not asked for its version', '', 0],
    [
      'that only seems to is asked, and the archive opened',
      'case "$*" in *-version) echo "libavcodec 58. 1.100 / 58. 1.100"; exit;; *fps_mode*) exit 1;; esac',
      1,
    ],
    [
      'whose decoder does not work is asked, and used for the long way',
      'case "$*" in *pipe:0*) exit 1;; esac',
      1,
    ],
  ])('with an ffmpeg %s', (_what, script, asked) =>
    withArchive('a.mp4', { decoders: 0 }, ({ info }) =>
      inFolder(async (folder) => {
        const ffmpegPath = await ffmpegThat(folder, script);
        let decoding = 0;
        const onDecoding = () => {
          decoding += 1;
        };
        await watchingPorts(async (ports) => {
          const archive = unwrap(await openArchive(info.path, { pool, ffmpegPath, onDecoding }));
          expect(archive.info).toEqual(info);
          expect(ports.asked).toBe(asked);
          expect(decoding).toBe(1);
          await archive.close();
        });
      }),
    ),
  );
});

describe('a decoder', () => {
  test('that dies is started anew, and who asks meanwhile gets the frame', () =>
    withArchive('a.mp4', {}, async (archive, ports) => {
      const first = unwrap(await archive.readFrames([3]));
      for (const osPid of ports.warm) process.kill(osPid, 'SIGKILL');
      expect(unwrap(await archive.readFrames([4]))).toMatchObject([{ ok: true, frame: 4 }]);
      expect(unwrap(await archive.readFrames([3]))).toEqual(first);
      expect(ports.warm.length).toBeGreaterThan(2);
    }));

  test('that dies more often than its supervisor bears is done without', () =>
    withArchive('a.mp4', {}, async (archive, ports) => {
      for (let round = 0; round < 6; round++) {
        for (const osPid of ports.warm) kill(osPid);
        expect(unwrap(await archive.readFrames([round]))).toMatchObject([{ ok: true, frame: round }]);
      }
      // Two at first and no more than four again: the supervisor's budget of three, and one that is just under way.
      expect(ports.warm.length).toBeLessThanOrEqual(6);
      expect(ports.cold).toBeGreaterThan(0);

      // And after a rest it is tried again, however many frames were asked for meanwhile.
      const [cold, warm] = [ports.cold, ports.warm.length];
      const now = performance.now.bind(performance);
      const later = jest.spyOn(performance, 'now').mockImplementation(() => now() + 10_000);
      expect(unwrap(await archive.readFrames([7]))).toMatchObject([{ ok: true, frame: 7 }]);
      later.mockRestore();
      expect([ports.cold, ports.warm.length]).toEqual([cold, warm + 2]);
    }));

  test('that gets stuck over a frame does so once, and is replaced', () =>
    withArchive('a.mp4', { decoders: 1 }, async (archive, ports) => {
      const first = unwrap(await archive.readFrames([3]));
      process.kill(ports.warm[0] as number, 'SIGSTOP');
      expect(unwrap(await archive.readFrames([4]))).toMatchObject([{ ok: true, frame: 4 }]);
      expect([ports.cold, ports.warm.length]).toEqual([1, 2]);
      expect(unwrap(await archive.readFrames([4]))).toMatchObject([{ ok: true, frame: 4 }]);
      expect(ports.cold).toBe(2);
      expect(unwrap(await archive.readFrames([3]))).toEqual(first);
      expect([ports.cold, ports.warm.length]).toEqual([2, 2]);
    }));

  test('that answers nothing costs patience, but not the frame', () =>
    withArchive('a.mp4', { ffmpegPath: fakeFfmpeg('mute-decoder') }, async (archive) => {
      expect(unwrap(await archive.readFrames([3]))).toMatchObject([{ ok: true, frame: 3 }]);
      await watchingPorts(async (ports) => {
        expect(unwrap(await archive.readFrames([4]))).toMatchObject([{ ok: true, frame: 4 }]);
        expect(ports).toMatchObject({ warm: [], cold: 1 });
      });
    }));

  test('does not hold up a reader who has given up', () =>
    withArchive('a.mp4', { ffmpegPath: fakeFfmpeg('mute-decoder') }, async (archive) => {
      const controller = new AbortController();
      const reading = archive.readFrames([3], { signal: controller.signal });
      setImmediate(() => controller.abort());
      expect(await reading).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    }));

  test('ends with the owner of its archive', () =>
    withArchive('a.mp4', { decoders: 0 }, async ({ info }) => {
      const owner = spawn(() => new Promise(() => {}));
      const opened = unwrap(await openArchive(info.path, { pool, owner }));
      const gone = new Promise<void>((resolve) => {
        let ended = 0;
        const unsubscribe = subscribe(
          (event) => {
            if (event.type !== 'port_exit' || !event.command.includes('-f h264 -i pipe:0')) return;
            if (++ended < 2) return;
            unsubscribe();
            resolve();
          },
          ['port_exit'],
        );
      });
      unwrap(await opened.readFrames([3]));
      await stopServer(owner, 'kill').catch(() => {});
      await exited(owner);
      expect(isAlive(owner)).toBe(false);
      await gone;
    }));
});

const kill = (osPid: number): void => {
  try {
    process.kill(osPid, 'SIGKILL');
  } catch {
    // Gone already.
  }
};
