import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeOsExit, type OsExit } from '../../src/ports/os-exit.js';
import { keepTail } from '../../src/ports/stderr-tail.js';

const chunks = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 3000 }).map((bytes) => bytes.map((b) => 32 + (b % 90))),
);

test('the tail is the last bytes, however they were cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 0, max: 5000 }), async (written, limit) => {
      const stream = new PassThrough();
      const tail = keepTail(stream, limit);
      for (const chunk of written) stream.write(chunk);
      stream.end();
      await new Promise((resolve) => stream.once('end', resolve));

      const all = Buffer.concat(written).toString();
      expect(tail()).toBe(all.slice(Math.max(0, all.length - limit)));
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['é', 1, ''],
  ['é', 2, 'é'],
  ['a😀', 3, ''],
  ['a😀', 4, '😀'],
])('a cut inside a character of %s at %i bytes keeps no half of it', async (text, limit, expected) => {
  const stream = new PassThrough();
  const tail = keepTail(stream, limit);
  stream.end(text);
  await new Promise((resolve) => stream.once('end', resolve));

  expect(tail()).toBe(expected);
});

test.each<[OsExit, string]>([
  [{ kind: 'exited', exitCode: 3, stderrTail: 'disk full\n' }, 'exited with code 3: disk full'],
  [{ kind: 'exited', exitCode: 0, stderrTail: '' }, 'exited with code 0'],
  [{ kind: 'signalled', signal: 'SIGSEGV', stderrTail: '' }, 'was killed by SIGSEGV'],
  [
    { kind: 'not_started', program: 'ffmpeg', cause: new Error('ENOENT') },
    'ffmpeg could not be started: ENOENT',
  ],
  [{ kind: 'stopped', forced: false, stderrTail: '' }, 'was stopped'],
  [{ kind: 'stopped', forced: true, stderrTail: '' }, 'was stopped by force'],
  [{ kind: 'timed_out', forced: false, stderrTail: 'slow' }, 'ran past its time and was stopped: slow'],
  [{ kind: 'owner_died', forced: false, stderrTail: '' }, 'was stopped with its owner'],
])('%j is described', (exit, sentence) => {
  expect(describeOsExit(exit)).toBe(sentence);
});
