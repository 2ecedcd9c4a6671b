import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Chance } from '../soak/chance.js';
import { varint } from './frame-writer.js';
import { deep, nasty } from './hostile.js';
import { type Mutant, mutate } from './mutate.js';

const headerBytes = 16;
const entryBytes = 40;

const sum = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest().subarray(0, 16);

type Section = { readonly name: string; bytes: Buffer };

/** The sections of an index file, after docs/formats. */
const sectionsOf = (file: Buffer): Section[] =>
  Array.from({ length: file.readUInt16LE(10) }, (_, at) => {
    const entry = headerBytes + at * entryBytes;
    const offset = Number(file.readBigUInt64LE(entry + 8));
    const length = Number(file.readBigUInt64LE(entry + 16));
    const name = file.toString('latin1', entry, entry + 8).replaceAll('\0', '');
    return { name, bytes: Buffer.from(file.subarray(offset, offset + length)) };
  });

/** A file of these sections whose checksums are all right. */
const fileOf = (original: Buffer, sections: readonly Section[]): Buffer => {
  const tableEnd = headerBytes + sections.length * entryBytes;
  const head = Buffer.alloc(tableEnd + 16);
  original.copy(head, 0, 0, headerBytes);
  head.writeUInt16LE(sections.length, 10);
  const parts: Buffer[] = [head];
  let end = head.length;
  for (const [at, { name, bytes }] of sections.entries()) {
    const entry = headerBytes + at * entryBytes;
    const offset = Math.ceil(end / 64) * 64;
    head.write(name.slice(0, 8), entry, 'latin1');
    head.writeBigUInt64LE(BigInt(offset), entry + 8);
    head.writeBigUInt64LE(BigInt(bytes.length), entry + 16);
    sum(bytes).copy(head, entry + 24);
    parts.push(Buffer.alloc(offset - end), bytes);
    end = offset + bytes.length;
  }
  sum(head.subarray(0, tableEnd)).copy(head, tableEnd);
  return Buffer.concat(parts);
};

const packed = (text: string): Buffer => Buffer.concat([Uint8Array.of(1), deflateRawSync(text)]);
const plain = (text: string): Buffer => Buffer.concat([Uint8Array.of(0), Buffer.from(text)]);

/** A section that means harm, by its name. */
const hostileSection = ({ name, bytes }: Section, chance: Chance): Buffer => {
  switch (name) {
    case 'settings': {
      const settings = JSON.parse(bytes.toString());
      const changes = [
        { dimensions: chance.oneOf([0, 1, 65_536, 2 ** 31, -1]) },
        { storage: chance.oneOf(['float32', 'float16', 'int8', 'int4', '__proto__']) },
        { model: chance.oneOf(nasty) },
        { archive: chance.oneOf(nasty) },
        { bm25: { k1: 1e308, b: -1 } },
      ];
      if (chance.below(4) === 0) return Buffer.from(`{"x":${deep(1 + chance.below(100_000))}}`);
      return Buffer.from(JSON.stringify({ ...settings, ...changes[chance.below(changes.length)] }));
    }
    case 'names': {
      if (chance.below(3) === 0) return packed(' '.repeat(1 + chance.below(64) * 2 ** 20));
      const metadata =
        chance.below(2) === 0
          ? [deep(1 + chance.below(100_000))]
          : nasty.map((text) => JSON.stringify({ text }));
      return plain(JSON.stringify({ sources: [...nasty], metadata, snippets: [] }));
    }
    case 'terms':
      return chance.below(2) === 0
        ? packed('x\n'.repeat(1 + chance.below(2 ** 22)))
        : plain(['__proto__', 'constructor', ...nasty].join('\n'));
    default:
      return chance.below(2) === 0
        ? Buffer.concat([varint(chance.oneOf([2 ** 20, 2 ** 31, 2 ** 32 - 1])), bytes.subarray(1)])
        : Buffer.from(mutate(bytes.length === 0 ? Uint8Array.of(0) : bytes, chance).bytes);
  }
};

/** An index file that was changed at random: its checksums tell. */
export const damagedIndex = (original: Uint8Array, chance: Chance): Mutant => mutate(original, chance);

/** An index file whose checksums are right and which is wrong nevertheless. */
export const hostileIndex = (original: Uint8Array, chance: Chance): Mutant => {
  const file = Buffer.from(original);
  const sections = sectionsOf(file);
  const section = sections[chance.below(sections.length)];
  if (section === undefined) return { bytes: file, how: 'no sections' };
  switch (chance.below(5)) {
    case 0: {
      const other = sections[chance.below(sections.length)] ?? section;
      [section.bytes, other.bytes] = [other.bytes, section.bytes];
      return { bytes: fileOf(file, sections), how: `${section.name} and ${other.name} swapped` };
    }
    case 1:
      return {
        bytes: fileOf(
          file,
          sections.filter((one) => one !== section),
        ),
        how: `${section.name} removed`,
      };
    case 2:
      section.bytes = Buffer.from(
        mutate(section.bytes.length === 0 ? Uint8Array.of(0) : section.bytes, chance).bytes,
      );
      return { bytes: fileOf(file, sections), how: `${section.name} changed, its checksum set right` };
    default:
      section.bytes = hostileSection(section, chance);
      return { bytes: fileOf(file, sections), how: `${section.name} means harm` };
  }
};
