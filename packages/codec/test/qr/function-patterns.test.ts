import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { dependsOnContent, functionPatterns } from '../../src/qr/function-patterns.js';
import { formatModules } from '../../src/qr/layout.js';

const qrcode: typeof import('qrcode') = createRequire(import.meta.url)('qrcode');

describe('functionPatterns', () => {
  test('in all forty versions the modules that the library keeps from the content, as it draws them', () => {
    for (let version = 1; version <= 40; version++) {
      const { modules } = qrcode.create([{ data: Buffer.from('x'), mode: 'byte' }], {
        version,
        errorCorrectionLevel: 'L',
      });
      const format = new Set(formatModules(modules.size));
      const expected = Array.from(modules.data, (dark, at) =>
        modules.reservedBit[at] === 1 && !format.has(at) ? (dark ? 1 : 0) : dependsOnContent,
      );

      const { modules: size, fixed } = functionPatterns(version);

      expect(size).toBe(modules.size);
      expect(Buffer.from(fixed).equals(Uint8Array.from(expected))).toBe(true);
    }
  });
});
