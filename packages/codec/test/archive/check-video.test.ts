import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkVideo, isAsDrawn } from '../../src/archive/check-video.js';
import { locateFfmpeg } from '../../src/ffmpeg/locate.js';
import { writeVideo } from '../../src/ffmpeg/write-video.js';
import { inlineRunner } from '../../src/pool/jobs.js';
import { profiles } from '../../src/profiles/profiles.js';
import { fakeFfmpeg, inFolder } from '../support.js';

const sizePx = 192;
const payloads = ['one', 'two', 'three', 'four'].map((text) => Buffer.from(text));
const drawing = {
  payloads,
  masks: [],
  errorCorrection: 'L' as const,
  version: undefined,
  sizePx,
};

test('bits come back as they were drawn; whatever differs is found, and named by reading', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'bits.mkv');
    const ffmpeg = await locateFfmpeg({ purpose: 'write PNG in Matroska', encoder: 'png' }, {});
    const { bits, drawn } = await inlineRunner.run('drawBits', drawing);
    const pictures = payloads.map((_, at) =>
      bits.subarray((at * sizePx * sizePx) / 8, ((at + 1) * sizePx * sizePx) / 8),
    );
    const plan = {
      profile: profiles.lossless,
      container: 'mkv',
      sizePx,
      frameRate: 30,
      outputPath: path,
      attempt: 0,
    } as const;
    await writeVideo(toAsync(pictures), plan, ffmpeg, { path });

    const video = { path, ffmpeg, frameRate: 30 };
    const counts: number[] = [];
    const options = { signal: undefined, onChecked: (done: number) => counts.push(done) };
    expect(await isAsDrawn(video, drawn, 'monob', options)).toBe(true);
    expect(counts.at(-1)).toBe(4);

    const [one, two, three, four] = drawn as [Drawn, Drawn, Drawn, Drawn];
    const swapped = [one, three, two, four];
    expect(await isAsDrawn(video, swapped, 'monob', options)).toBe(false);
    expect(await isAsDrawn(video, drawn.slice(1), 'monob', options)).toBe(false);
    expect(await isAsDrawn(video, drawn.slice(0, 3), 'monob', options)).toBe(false);
    expect(await isAsDrawn(video, [...drawn, four], 'monob', options)).toBe(false);

    // Read as pictures, the payload counts: 'three' in the place of 'two' is no sound frame of an archive.
    const bad = await checkVideo(video, swapped, inlineRunner, options);
    expect(bad.map(({ frame }) => frame)).toEqual([1, 2]);
    expect(await checkVideo(video, drawn, inlineRunner, options)).toEqual([]);

    // An ffmpeg that can not compute checksums does not vouch for anything.
    const lame = { ...video, ffmpeg: { ...ffmpeg, program: fakeFfmpeg('exits-3') } };
    expect(await isAsDrawn(lame, drawn, 'monob', options)).toBe(false);
    const silent = { ...video, ffmpeg: { ...ffmpeg, program: fakeFfmpeg('writes-nothing') } };
    expect(await isAsDrawn(silent, drawn, 'monob', options)).toBe(false);
  }));

type Drawn = { readonly payloadCrc: number; readonly pictureCrc: number };

async function* toAsync<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}
