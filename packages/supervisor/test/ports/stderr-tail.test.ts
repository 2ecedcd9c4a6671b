import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
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
