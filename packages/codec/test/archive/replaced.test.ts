import { copyFile, mkdtemp, rename, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openArchive } from '../../src/archive/open-archive.js';
import { writeArchive } from '../../src/archive/write-archive.js';
import { describeFailure } from '../../src/failure.js';
import { inFolder, someChunks, unwrap } from '../support.js';

/** Two archives of as many frames, whose texts differ. */
const chunks = someChunks(12);
const others = chunks.map(({ id, text }) => ({ id, text: [...text].reverse().join('') }));
let made = '';
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'codec-'));
  unwrap(await writeArchive(chunks, { path: join(made, 'a.mkv'), profile: 'lossless' }));
  unwrap(await writeArchive(others, { path: join(made, 'b.mkv'), profile: 'lossless' }));
});
afterAll(() => rm(made, { recursive: true }));

type Row = readonly [what: string, decoders: number, happens: Happening, then: 'texts' | 'replaced'];
type Happening = 'renamed' | 'overwritten' | 'removed' | 'touched' | 'copied over itself';

const happen: Readonly<Record<Happening, (video: string, other: string) => Promise<void>>> = {
  renamed: (video, other) => rename(other, video),
  overwritten: (video, other) => copyFile(other, video),
  removed: (video) => rm(video),
  touched: (video) => utimes(video, new Date(0), new Date(0)),
  'copied over itself': async (video) => {
    await copyFile(video, `${video}.copy`);
    await copyFile(`${video}.copy`, video);
  },
};

test.each<Row>([
  ['the open file is still there', 2, 'renamed', 'texts'],
  ['the open file is still there', 2, 'removed', 'texts'],
  ['the open file has other frames', 2, 'overwritten', 'replaced'],
  ['frames are read by its name', 0, 'renamed', 'replaced'],
  ['frames are read by its name', 0, 'overwritten', 'replaced'],
  ['it is the same archive', 2, 'touched', 'texts'],
  ['it is the same archive', 0, 'copied over itself', 'texts'],
])('a video while it is open: %s (%i decoders), %s: %s', (_what, decoders, happens, then) =>
  inFolder(async (folder) => {
    const [video, other] = [join(folder, 'a.mkv'), join(folder, 'b.mkv')] as const;
    await copyFile(join(made, 'a.mkv'), video);
    await copyFile(join(made, 'b.mkv'), other);
    const archive = unwrap(await openArchive(video, { decoders }));
    try {
      const [frame = 0] = archive.framesOf(8);
      await happen[happens](video, other);
      const read = await archive.readFrames([frame]);
      if (then === 'replaced') {
        expect(read).toEqual({ ok: false, failure: { kind: 'replaced', path: video } });
        expect(read.ok ? '' : describeFailure(read.failure)).toMatch(
          /a\.mkv is not the video .* Open it again/,
        );
      } else {
        const [found] = unwrap(read);
        expect(found?.ok && found.chunks.find(({ id }) => id === 8)).toEqual(chunks[8]);
      }
    } finally {
      await archive.close();
    }
  }),
);
