import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CodecPool, openArchive, startCodecPool } from '../../src/index.js';
import { inFolder, unwrap } from '../support.js';
import { ffmpegThat, watchingPorts, withArchiveOf } from './watched-archive.js';

let pool: CodecPool;
beforeAll(() => {
  pool = startCodecPool({ size: 1 });
});
afterAll(() => pool.stop());

describe('an ffmpeg that opening did not need', () => {
  test.each([
    ['that does not work is not the one that reads', 'exit 1', undefined],
    ['is asked for when it is first needed, and if there is none, that is said', 'exit 1', 'only this'],
  ])('%s', (_what, script, only) =>
    withArchiveOf(pool)('a.mkv', { profile: 'lossless', decoders: 0 }, (reference) =>
      inFolder(async (folder) => {
        const before = process.env.FFMPEG_PATH;
        const broken = await ffmpegThat(folder, script);
        if (only === undefined) process.env.FFMPEG_PATH = broken;
        const options = only === undefined ? {} : { ffmpegPath: broken };
        try {
          const archive = unwrap(await openArchive(reference.info.path, { pool, ...options }));
          expect(unwrap(await archive.readFrames([3]))).toMatchObject([{ ok: true, frame: 3 }]);
          await archive.close();
          await watchingPorts(async (ports) => {
            const reading = [1, 2].map((frame) => archive.readFrames([frame]));
            const [one] = await Promise.all(reading);
            if (only === undefined) expect(one).toEqual(await reference.readFrames([1]));
            else expect(one).toMatchObject({ ok: false, failure: { kind: 'ffmpeg_missing' } });
            // Once for all who need it; the next one found is known from writing.
            expect(ports.asked).toBe(1);
          });
        } finally {
          if (before === undefined) delete process.env.FFMPEG_PATH;
          else process.env.FFMPEG_PATH = before;
        }
      }),
    ),
  );
});
