import { createHash } from 'node:crypto';
import { DamagedBytes } from './bytes.js';

/*
 * The file as a whole: a header, a table of sections, the sections. See docs/formats/index-file.md.
 *
 *   0  8  magic
 *   8  2  format version
 *  10  2  number of sections
 *  12  4  zero
 *  16  40 × sections: name (8 ASCII bytes, zeros behind), offset (u64), length (u64), checksum (16)
 *   …  16 checksum of all the bytes above
 */

/** Like PNG's: shows bit 7 being lost, line ends being translated and text being cut at ^Z. */
export const magic = Uint8Array.of(0x89, 0x4d, 0x56, 0x58, 0x0d, 0x0a, 0x1a, 0x0a);
/** The version that this code writes, and the highest that it reads. */
export const formatVersion = 1;

const headerBytes = 16;
const entryBytes = 40;
const nameBytes = 8;
const checksumBytes = 16;
const mostSections = 64;
/** Sections begin at multiples of this, so that rows of floats can be used where they lie. */
const alignment = 64;

/** A file's sections by name. */
export type Sections = ReadonlyMap<string, Uint8Array>;

const checksum = (bytes: Uint8Array): Uint8Array =>
  createHash('sha256').update(bytes).digest().subarray(0, checksumBytes);

const aligned = (offset: number): number => Math.ceil(offset / alignment) * alignment;

/** The pieces of a file, in order. Rows are not copied. */
export const containerPieces = (sections: Sections): Uint8Array[] => {
  const tableEnd = headerBytes + sections.size * entryBytes;
  const head = new Uint8Array(tableEnd + checksumBytes);
  const view = new DataView(head.buffer);
  head.set(magic);
  view.setUint16(8, formatVersion, true);
  view.setUint16(10, sections.size, true);
  const pieces: Uint8Array[] = [head];
  let end = head.length;
  let entry = headerBytes;
  for (const [name, bytes] of sections) {
    const offset = aligned(end);
    head.set(new TextEncoder().encode(name).subarray(0, nameBytes), entry);
    view.setBigUint64(entry + 8, BigInt(offset), true);
    view.setBigUint64(entry + 16, BigInt(bytes.length), true);
    head.set(checksum(bytes), entry + 24);
    pieces.push(new Uint8Array(offset - end), bytes);
    end = offset + bytes.length;
    entry += entryBytes;
  }
  head.set(checksum(head.subarray(0, tableEnd)), tableEnd);
  return pieces;
};

/** What the bytes of a file turn out to be. */
export type Opened =
  | { readonly kind: 'opened'; readonly sections: Sections }
  | { readonly kind: 'not_an_index' }
  | { readonly kind: 'newer_version'; readonly found: number }
  | { readonly kind: 'damaged'; readonly section: string };

/** Checks everything that can be checked without knowing what the sections mean. */
export const openContainer = (file: Uint8Array): Opened => {
  if (file.length < magic.length || !magic.every((byte, at) => file[at] === byte))
    return { kind: 'not_an_index' };
  if (file.length < headerBytes) return { kind: 'damaged', section: 'header' };
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint16(8, true);
  if (version > formatVersion) return { kind: 'newer_version', found: version };
  const count = view.getUint16(10, true);
  const tableEnd = headerBytes + count * entryBytes;
  if (version === 0 || count > mostSections || tableEnd + checksumBytes > file.length)
    return { kind: 'damaged', section: 'header' };
  if (!same(checksum(file.subarray(0, tableEnd)), file.subarray(tableEnd, tableEnd + checksumBytes)))
    return { kind: 'damaged', section: 'header' };

  const sections = new Map<string, Uint8Array>();
  for (let entry = headerBytes; entry < tableEnd; entry += entryBytes) {
    const name = String.fromCharCode(...file.subarray(entry, entry + nameBytes).filter((byte) => byte !== 0));
    const offset = Number(view.getBigUint64(entry + 8, true));
    const length = Number(view.getBigUint64(entry + 16, true));
    if (offset < tableEnd || offset % alignment !== 0 || offset + length > file.length || sections.has(name))
      return { kind: 'damaged', section: name };
    const bytes = file.subarray(offset, offset + length);
    if (!same(checksum(bytes), file.subarray(entry + 24, entry + 40)))
      return { kind: 'damaged', section: name };
    sections.set(name, bytes);
  }
  return { kind: 'opened', sections };
};

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** @throws {DamagedBytes} When there is no such section. */
export const sectionOf = (sections: Sections, name: string): Uint8Array => {
  const bytes = sections.get(name);
  if (bytes === undefined) throw new DamagedBytes(`no section ${name}`);
  return bytes;
};
