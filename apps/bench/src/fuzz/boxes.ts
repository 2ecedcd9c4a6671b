import type { Chance } from '../soak/chance.js';
import type { Mutant } from './mutate.js';

type Box = { readonly at: number; readonly size: number; readonly name: string };

/** The boxes of an MP4 between two places, outermost only. */
const boxesIn = (file: Buffer, from: number, to: number): Box[] => {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const size = file.readUInt32BE(at);
    if (size < 8 || at + size > to) break;
    boxes.push({ at, size, name: file.toString('latin1', at + 4, at + 8) });
    at += size;
  }
  return boxes;
};

const containers = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'dinf', 'edts']);

const allBoxes = (file: Buffer, from = 0, to = file.length): Box[] =>
  boxesIn(file, from, to).flatMap((box) => [
    box,
    ...(containers.has(box.name) ? allBoxes(file, box.at + 8, box.at + box.size) : []),
  ]);

/** An MP4 with two of its boxes swapped, one resized, removed, renamed or doubled, or one of its numbers extreme. */
export const mutateBoxes = (original: Uint8Array, chance: Chance): Mutant => {
  const file = Buffer.from(original);
  const boxes = allBoxes(file);
  const [one, other] = [boxes[chance.below(boxes.length)], boxes[chance.below(boxes.length)]];
  if (one === undefined || other === undefined) return { bytes: file, how: 'no boxes' };
  const cut = (box: Box) => file.subarray(box.at, box.at + box.size);
  switch (chance.below(6)) {
    case 0: {
      const [first, second] = one.at < other.at ? [one, other] : [other, one];
      if (first.at + first.size > second.at)
        return { bytes: file.subarray(0, second.at), how: `cut before ${second.name}` };
      const bytes = Buffer.concat([
        file.subarray(0, first.at),
        cut(second),
        file.subarray(first.at + first.size, second.at),
        cut(first),
        file.subarray(second.at + second.size),
      ]);
      return { bytes, how: `${first.name} and ${second.name} swapped` };
    }
    case 1:
      file.writeUInt32BE(
        chance.oneOf([0, 1, 7, 8, 0x7fffffff, 0xffffffff, one.size + 1, one.size - 1]) >>> 0,
        one.at,
      );
      return { bytes: file, how: `${one.name} resized` };
    case 2: {
      const bytes = Buffer.concat([file.subarray(0, one.at), file.subarray(one.at + one.size)]);
      return { bytes, how: `${one.name} removed` };
    }
    case 3:
      file.write(chance.oneOf(['free', 'moov', 'stco', 'mdat', 'cmov']), one.at + 4, 'latin1');
      return { bytes: file, how: `${one.name} renamed` };
    case 4: {
      const bytes = Buffer.concat([file.subarray(0, one.at), cut(one), file.subarray(one.at)]);
      return { bytes, how: `${one.name} twice` };
    }
    default: {
      if (one.size < 16) return { bytes: file, how: 'nothing' };
      const value = chance.oneOf([0, 0x7fffffff, 0xffffffff, 0x10000, 0x80000000]);
      file.writeUInt32BE(value, one.at + 8 + chance.below(Math.min(one.size - 12, 64)));
      return { bytes: file, how: `an extreme number in ${one.name}` };
    }
  }
};
