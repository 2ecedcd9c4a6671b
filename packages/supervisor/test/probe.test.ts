import { expect, test } from '@jest/globals';

test('jest runs', () => {
  expect(new Float32Array(2)).toHaveLength(2);
});
