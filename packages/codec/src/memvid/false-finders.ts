/** Light modules around a code; what lies there can be a part of what looks like a finder pattern. */
const quiet = 4;
/** How far the five lengths of a finder pattern (1 : 1 : 3 : 1 : 1) may be off, summed, for OpenCV's detector. */
const offAcross = 0.2;
const offDown = 0.1;

/**
 * How many places in a code look to OpenCV's detector like the middle of a finder pattern without being one.
 *
 * It takes lines whose dark and light stretches are about 1 : 1 : 3 : 1 : 1 both across and down, groups them into
 * three, and misses the code when there are more than the three that every code has.
 */
export const countFalseFinders = (dark: Uint8Array, modules: number): number => {
  const size = modules + 2 * quiet;
  const cells = new Uint8Array(size * size);
  for (let row = 0; row < modules; row++)
    cells.set(dark.subarray(row * modules, (row + 1) * modules), (row + quiet) * size + quiet);
  const middles = [quiet + 3, size - quiet - 4];
  const isTrue = (row: number, column: number): boolean =>
    middles.some((at) => Math.abs(row - at) < 4) &&
    middles.some((at) => Math.abs(column - at) < 4) &&
    !(row > size / 2 && column > size / 2);
  let found = 0;
  for (let row = 0; row < size; row++) {
    const starts = startsOf(cells.subarray(row * size, (row + 1) * size));
    for (let at = 0; at + 5 < starts.length; at++) {
      const start = starts[at] as number;
      if (cells[row * size + start] !== 1 || !looksAcross(starts, at)) continue;
      const middle = (start + (starts[at + 5] as number)) / 2;
      const columns = new Set([Math.ceil(middle) - 1, Math.floor(middle)]);
      for (const column of columns)
        if (!isTrue(row, column) && looksDown(cells, size, row, column)) found += 1;
    }
  }
  return found;
};

/** Where each stretch of equal modules begins, and the end of the last. */
const startsOf = (line: Uint8Array): number[] => {
  const starts = [0];
  for (let at = 1; at < line.length; at++) if (line[at] !== line[at - 1]) starts.push(at);
  starts.push(line.length);
  return starts;
};

const looksAcross = (starts: readonly number[], at: number): boolean => {
  const total = (starts[at + 5] as number) - (starts[at] as number);
  let off = 0;
  for (let part = 0; part < 5; part++) {
    const length = (starts[at + part + 1] as number) - (starts[at + part] as number);
    off += Math.abs(length / total - (part === 2 ? 3 : 1) / 7);
  }
  return off < offAcross;
};

/** Measured from the middle of a module, up and down: half of the core, a light stretch and a dark one each. */
const looksDown = (cells: Uint8Array, size: number, row: number, column: number): boolean => {
  if (cells[row * size + column] !== 1) return false;
  const lengths: number[] = [];
  for (const step of [-1, 1]) {
    let at = row;
    for (let part = 0; part < 3; part++) {
      const value = cells[at * size + column];
      const from = at;
      while (at >= 0 && at < size && cells[at * size + column] === value) at += step;
      if (at < 0 || at >= size) return false;
      lengths.push(Math.abs(at - from) - (part === 0 ? 0.5 : 0));
    }
  }
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const off = lengths.reduce(
    (sum, length, part) => sum + Math.abs(length / total - (part % 3 === 0 ? 3 / 14 : 1 / 7)),
    0,
  );
  return off < offDown;
};
