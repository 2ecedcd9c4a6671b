import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHeader, readY4m, StreamError } from '../../src/ffmpeg/y4m.js';

const header = 'YUV4MPEG2 W3 H2 F30:1 Ip A1:1 Cmono XYSCSS=MONO\n';
const stream = Buffer.from(`${header}FRAME\nabcdefFRAME\nghijkl`);

describe('a YUV4MPEG stream', () => {
  test('gives the same pictures however its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: stream.length })), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const parts = at.slice(1).map((end, index) => stream.subarray(at[index], end));
        expect(await pictures(parts)).toEqual(['abcdef', 'ghijkl']);
      }),
    );
  });

  test('that is cut off gives the frames that are whole', async () => {
    expect(await pictures([stream.subarray(0, -1)])).toEqual(['abcdef']);
    expect(await pictures([])).toEqual([]);
  });

  test.each([
    ['another header', 'RIFF....\n'],
    ['no frame where one should be', `${header}FRAMX\n`],
    ['a header without end', 'YUV4MPEG2 '.padEnd(5000, 'x')],
  ])('with %s is refused', async (_, text) => {
    await expect(pictures([Buffer.from(text.replace('FRAMX', 'FRAXX'))])).rejects.toThrow(StreamError);
  });

  test.each([
    ['colour', 'YUV4MPEG2 W3 H2 F30:1 C420'],
    ['no size', 'YUV4MPEG2 F30:1 Cmono'],
    ['a size of 0', 'YUV4MPEG2 W0 H2 F30:1 Cmono'],
    ['a picture above 16 megapixels', 'YUV4MPEG2 W4097 H4096 F30:1 Cmono'],
    ['no frame rate', 'YUV4MPEG2 W3 H2 Cmono'],
  ])('with %s can not be used', (_, line) => {
    expect(parseHeader(line)).toBeUndefined();
  });

  test('of 16 megapixels can', () => {
    expect(parseHeader('YUV4MPEG2 W4096 H4096 F30000:1001 Cmono')?.frameRate).toBeCloseTo(29.97);
  });
});

const pictures = async (parts: readonly Uint8Array[]): Promise<string[]> => {
  const found: string[] = [];
  for await (const { picture } of readY4m(toAsync(parts))) found.push(Buffer.from(picture.gray).toString());
  return found;
};

async function* toAsync<Value>(values: readonly Value[]): AsyncGenerator<Value, void, undefined> {
  yield* values;
}
