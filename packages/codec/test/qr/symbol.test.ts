import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import qrcode from 'qrcode';
import { readSymbol } from '../../src/qr/read-symbol.js';
import { addChecks, correct } from '../../src/qr/reed-solomon.js';
import { type ErrorCorrection, type Mask, makeSymbol, maxPayloadBytes } from '../../src/qr/symbol.js';

const levels = fc.constantFrom<ErrorCorrection[]>('L', 'M', 'Q', 'H');
const masks = fc.constantFrom<Mask[]>(0, 1, 2, 3, 4, 5, 6, 7);
const codes = levels.chain((errorCorrection) =>
  fc.record({
    errorCorrection: fc.constant(errorCorrection),
    mask: masks,
    payload: fc.uint8Array({ minLength: 1, maxLength: maxPayloadBytes[errorCorrection], size: 'max' }),
  }),
);

describe('a QR code', () => {
  test('is module by module what the library makes, in every version, error correction and mask', () => {
    fc.assert(
      fc.property(codes, ({ payload, errorCorrection, mask }) => {
        const theirs = qrcode.create([{ data: payload, mode: 'byte' }], {
          errorCorrectionLevel: errorCorrection,
          maskPattern: mask,
        });
        const ours = makeSymbol(payload, { errorCorrection, mask });
        expect(ours.modules).toBe(theirs.modules.size);
        expect(Buffer.compare(ours.dark, Uint8Array.from(theirs.modules.data))).toBe(0);
        expect(readSymbol(theirs.version, ours.dark)).toEqual(payload);
      }),
      { numRuns: 60 },
    );
  });

  test('holds its capacity and no byte more', () => {
    for (const errorCorrection of ['L', 'M', 'Q', 'H'] as const) {
      const full = new Uint8Array(maxPayloadBytes[errorCorrection]).fill(7);
      const symbol = makeSymbol(full, { errorCorrection, mask: 0 });
      expect(readSymbol(40, symbol.dark)).toEqual(full);
      expect(() => makeSymbol(new Uint8Array(full.length + 1), { errorCorrection, mask: 0 })).toThrow(
        RangeError,
      );
    }
  });

  test('with more than one segment, or with letters, is left to zxing', () => {
    const { modules, version } = qrcode.create('HELLO WORLD', { errorCorrectionLevel: 'L', maskPattern: 0 });
    expect(readSymbol(version, Uint8Array.from(modules.data))).toBeUndefined();
    const two = qrcode.create(
      [
        { data: new Uint8Array(3), mode: 'byte' },
        { data: '123', mode: 'numeric' },
      ],
      { errorCorrectionLevel: 'L', maskPattern: 0 },
    );
    expect(readSymbol(two.version, Uint8Array.from(two.modules.data))).toBeUndefined();
  });

  test('of random modules is none, and never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 441, maxLength: 441, max: 1 }), (dark) => {
        readSymbol(1, dark);
      }),
    );
  });
});

describe('correct', () => {
  const wrongBlocks = fc
    .record({ dataLength: fc.integer({ min: 1, max: 200 }), checks: fc.constantFrom(7, 10, 16, 22, 30) })
    .chain(({ dataLength, checks }) =>
      fc.record({
        checks: fc.constant(checks),
        data: fc.uint8Array({ minLength: dataLength, maxLength: dataLength }),
        errors: fc.uniqueArray(
          fc.record({
            at: fc.integer({ min: 0, max: dataLength + checks - 1 }),
            by: fc.integer({ min: 1, max: 255 }),
          }),
          { selector: ({ at }) => at, maxLength: checks },
        ),
      }),
    );

  test('corrects up to half as many errors as there are check bytes, and never lies about more', () => {
    fc.assert(
      fc.property(wrongBlocks, ({ data, checks, errors }) => {
        const right = new Uint8Array(data.length + checks);
        right.set(data);
        addChecks(right, checks);
        const wrong = right.slice();
        for (const { at, by } of errors) wrong[at] = (wrong[at] as number) ^ by;
        const found = correct(wrong, checks);
        if (errors.length <= Math.floor(checks / 2)) {
          expect(found).toBe(errors.length);
          expect(wrong).toEqual(right);
        } else if (found !== undefined) {
          // Another valid block was nearer; what is left has no error that can be seen.
          expect(correct(wrong, checks)).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
