import { expect, test } from '@jest/globals';
import { DrawnTable } from '../../src/archive/drawn-table.js';

test('a table of checksums gives what an array of them gives, whatever its length', () => {
  for (const count of [0, 1, 1023, 1024, 1025, 5000]) {
    const frames = Array.from({ length: count }, (_, at) => ({
      payloadCrc: 2 ** 32 - 1 - at,
      pictureCrc: (at * 2_654_435_761) >>> 0,
    }));
    const table = new DrawnTable();
    for (const frame of frames) table.push(frame);
    expect(table.length).toBe(count);
    expect(table.slice()).toEqual(frames);
    expect(table.slice(1000, 1030)).toEqual(frames.slice(1000, 1030));
    for (const at of [0, 1023, 1024, count - 1, count])
      if (at >= 0) expect(table.at(at)).toEqual(frames.at(at));
  }
});
