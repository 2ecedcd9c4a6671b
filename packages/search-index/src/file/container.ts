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
export const formatVersion = 2;

const headerBytes = 16;
const entryBytes = 40;
const nameBytes = 8;
const checksumBytes = 16;
const mostSections = 64;
/** Sections begin at multiples of this, so that rows of floats can be used where they lie. */
const alignment = 64;

/** A file's sections by name. */
export type Sections = ReadonlyMap<string, Uint8Array>;

/** What the file keeps of a SHA-256. */
export const shortened = (digest: Uint8Array): Uint8Array => digest.subarray(0, checksumBytes);

const checksum = (bytes: Uint8Array): Uint8Array => shortened(createHash('sha256').update(bytes).digest());

/** Where a section may begin, from `offset` on. */
export const alignedOffset = (offset: number): number => Math.ceil(offset / alignment) * alignment;

/** A section as the table has it. */
export type SectionEntry = {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly checksum: Uint8Array;
};

/** Bytes that come before the first section. */
export const headBytes = (sectionCount: number): number =>
  headerBytes + sectionCount * entryBytes + checksumBytes;

/** Header and table of a file. */
export const containerHead = (entries: readonly SectionEntry[]): Uint8Array => {
  const head = new Uint8Array(headBytes(entries.length));
  const view = new DataView(head.buffer);
  head.set(magic);
  view.setUint16(8, formatVersion, true);
  view.setUint16(10, entries.length, true);
  let at = headerBytes;
  for (const { name, offset, length, checksum: sum } of entries) {
    head.set(new TextEncoder().encode(name).subarray(0, nameBytes), at);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(length), true);
    head.set(sum, at + 24);
    at += entryBytes;
  }
  head.set(checksum(head.subarray(0, at)), at);
  return head;
};

/** The pieces of a file, in order. Rows are not copied. */
export const containerPieces = (sections: Sections): Uint8Array[] => {
  const entries: SectionEntry[] = [];
  const pieces: Uint8Array[] = [];
  let end = headBytes(sections.size);
  for (const [name, bytes] of sections) {
    const offset = alignedOffset(end);
    entries.push({ name, offset, length: bytes.length, checksum: checksum(bytes) });
    pieces.push(new Uint8Array(offset - end), bytes);
    end = offset + bytes.length;
  }
  return [containerHead(entries), ...pieces];
};

/** What the bytes of a file turn out to be. */
export type Opened =
  | Unopened
  | { readonly kind: 'opened'; readonly version: number; readonly sections: Sections };

type Unopened =
  | { readonly kind: 'not_an_index' }
  | { readonly kind: 'newer_version'; readonly found: number }
  | { readonly kind: 'damaged'; readonly section: string };

/** The longest that a head can be. */
export const mostHeadBytes = headBytes(mostSections);

/** Reads and checks header and table; `fileBytes` is the size of the whole file. */
export const openTable = (
  head: Uint8Array,
  fileBytes: number,
):
  | Unopened
  | { readonly kind: 'opened'; readonly version: number; readonly entries: readonly SectionEntry[] } => {
  if (head.length < magic.length || !magic.every((byte, at) => head[at] === byte))
    return { kind: 'not_an_index' };
  if (head.length < headerBytes) return { kind: 'damaged', section: 'header' };
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = view.getUint16(8, true);
  if (version > formatVersion) return { kind: 'newer_version', found: version };
  const count = view.getUint16(10, true);
  const tableEnd = headerBytes + count * entryBytes;
  if (version === 0 || count > mostSections || tableEnd + checksumBytes > head.length)
    return { kind: 'damaged', section: 'header' };
  if (!same(checksum(head.subarray(0, tableEnd)), head.subarray(tableEnd, tableEnd + checksumBytes)))
    return { kind: 'damaged', section: 'header' };

  const entries: SectionEntry[] = [];
  for (let at = headerBytes; at < tableEnd; at += entryBytes) {
    const name = String.fromCharCode(...head.subarray(at, at + nameBytes).filter((byte) => byte !== 0));
    const offset = Number(view.getBigUint64(at + 8, true));
    const length = Number(view.getBigUint64(at + 16, true));
    const isKnown = entries.some((entry) => entry.name === name);
    if (offset < tableEnd || offset % alignment !== 0 || offset + length > fileBytes || isKnown)
      return { kind: 'damaged', section: name };
    entries.push({ name, offset, length, checksum: head.subarray(at + 24, at + entryBytes) });
  }
  return { kind: 'opened', version, entries };
};

/** Checks everything that can be checked without knowing what the sections mean. */
export const openContainer = (file: Uint8Array): Opened => {
  const table = openTable(file, file.length);
  if (table.kind !== 'opened') return table;
  const sections = new Map<string, Uint8Array>();
  for (const { name, offset, length, checksum: expected } of table.entries) {
    const bytes = file.subarray(offset, offset + length);
    if (!same(checksum(bytes), expected)) return { kind: 'damaged', section: name };
    sections.set(name, bytes);
  }
  return { kind: 'opened', version: table.version, sections };
};

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** @throws {DamagedBytes} When there is no such section. */
export const sectionOf = (sections: Sections, name: string): Uint8Array => {
  const bytes = sections.get(name);
  if (bytes === undefined) throw new DamagedBytes(`no section ${name}`);
  return bytes;
};
