import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { verifyArchive } from '@memvisor/codec';
import { exit, exited } from '@memvisor/supervisor';
import { Encoder, EncoderSupervisor, subscribeToEncoders } from '../../src/index.js';
import { folder, prose, startEncoder, supervisor } from './encoders.js';

describe('an end in the middle of a build', () => {
  /** A text without end, which fills frames fast: the build goes on until it is ended. */
  const endless = async function* () {
    for (;;) yield `${randomBytes(2000).toString('base64')} `;
  };
  const encoding = (): Promise<void> =>
    new Promise((resolve) => {
      const unsubscribe = subscribeToEncoders((event) => {
        if (event.type !== 'encoder_progress' || event.stage !== 'encode' || event.done === 0) return;
        unsubscribe();
        resolve();
      });
    });
  const building = async () => {
    await writeFile(join(folder, 'm.mp4'), 'the old video');
    const encoder = await startEncoder();
    await Encoder.addSource(encoder, { text: endless });
    const busy = encoding();
    const built = Encoder.buildVideo(encoder, join(folder, 'm.mp4')).catch((error) => error.failure);
    await busy;
    return { encoder, built };
  };

  test('stopEncoder ends ffmpeg and workers, and leaves nothing but what was there', async () => {
    const { encoder, built } = await building();

    expect(await EncoderSupervisor.stopEncoder(supervisor, encoder)).toEqual({ ok: true });
    expect(await readdir(folder)).toEqual(['m.mp4']);
    expect(await readFile(join(folder, 'm.mp4'), 'utf8')).toBe('the old video');
    expect(await built).toBe('shutdown');
  });

  test('cancelBuild likewise; the encoder can be reset and used again', async () => {
    const { encoder, built } = await building();
    Encoder.cancelBuild(encoder);

    expect(await built).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    expect(await readdir(folder)).toEqual(['m.mp4']);
    await Encoder.reset(encoder);
    await Encoder.addText(encoder, prose);
    const again = await Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    const verified = await verifyArchive(join(folder, 'm.mp4'));
    expect([again.ok, verified.ok && verified.value.frames === verified.value.readable]).toEqual([
      true,
      true,
    ]);
  });

  test('a source that never gives its next piece does not hold up the end', async () => {
    const encoder = await startEncoder();
    const asked = new Promise<void>((resolve) => {
      const text = async function* () {
        yield prose;
        resolve();
        await new Promise(() => undefined);
      };
      void Encoder.addSource(encoder, { text });
    });
    const built = Encoder.buildVideo(encoder, join(folder, 'm.mp4'));
    await asked;
    Encoder.cancelBuild(encoder);

    expect(await built).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a killed encoder takes its build with it, and leaves nothing either', async () => {
    const { encoder } = await building();
    const gone = exited(encoder);
    exit(encoder, 'kill');
    await gone;
    // What the build has started ends after its process; nobody waits for it but this test.
    while ((await readdir(folder)).length > 1) await new Promise((resolve) => setTimeout(resolve, 10));

    expect(await readdir(folder)).toEqual(['m.mp4']);
  });
});
