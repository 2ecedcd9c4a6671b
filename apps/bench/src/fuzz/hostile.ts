// What a file may say to harm whoever reads it.
import { gzipSync } from 'node:zlib';
import type { Chance } from '../soak/chance.js';
import { document, records, squeeze, varint, writeFrame } from './frame-writer.js';

/** Texts that do something when they are printed, resolved or run. */
export const nasty = [
  '\u001b]0;owned\u0007\u001b[2J\u001b[31mred',
  '\u009b2J\u009d0;owned\u009c',
  '../../../../../../tmp/memvisor-fuzz-escaped',
  '/etc/passwd',
  'C:\\Windows\\system32\\cmd.exe',
  '$(touch memvisor-fuzz-ran)`touch memvisor-fuzz-ran`',
  '; touch memvisor-fuzz-ran #',
  '-i concat:/etc/passwd',
  'http://127.0.0.1:1/x.m3u8',
  '\u202egnp.exe',
  '__proto__',
  'constructor',
  'nul\u0000byte',
  '\ud800',
  'x'.repeat(5000),
] as const;

/** JSON so deep that whoever walks it by recursion falls off the stack. */
export const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes, 0x20);
const huge = [65_535, 2 ** 20, 2 ** 31, 2 ** 32 - 1, 2 ** 40, 2 ** 53 - 1] as const;

const head = (chance: Chance, more: object): string =>
  JSON.stringify({
    archiveId: chance.oneOf(['0123456789abcdef', ...nasty]).slice(0, 64),
    writer: chance.oneOf(nasty).slice(0, 64),
    profile: chance.oneOf(['h264', ...nasty]).slice(0, 64),
    frameRate: chance.oneOf([30, 0, -1, 1e308, 1e-300]),
    metadata: { [chance.oneOf(nasty)]: chance.oneOf(nasty) },
    ...more,
  });

const tail = (chance: Chance, more: object): string =>
  JSON.stringify({
    archiveId: '0123456789abcdef',
    chunks: chance.oneOf(huge),
    textBytes: chance.oneOf(huge),
    headFrames: chance.oneOf([0, 1, ...huge]),
    firstChunkDeltas: Array.from({ length: chance.below(50) }, () => chance.oneOf([0, 1, ...huge])),
    metadata: {},
    ...more,
  });

const withDeep = (text: string, depth: number): string =>
  text.replace(/"metadata":\{[^}]*\}/, `"metadata":${deep(depth)}`);

/** One kind of hostile frame: sound to its checksum. */
type Hostile = readonly [string, (frame: number, chance: Chance) => Uint8Array];

export const hostileFrames: readonly Hostile[] = [
  [
    'a brotli bomb',
    (frame, { below }) =>
      writeFrame({
        kind: 'chunks',
        frame,
        compression: 'brotli',
        body: squeeze(zeros(1 + below(64) * 2 ** 20)),
      }),
  ],
  [
    'a gzip bomb',
    (_, { below }) => {
      const bomb = gzipSync(zeros(1 + below(2) * 2 ** 20)).toString('base64');
      return Buffer.from(`GZ:${bomb}`);
    },
  ],
  [
    'a count that is not so',
    (frame, chance) =>
      writeFrame({
        kind: 'chunks',
        frame,
        count: chance.below(65_536),
        body: Buffer.concat([varint(chance.oneOf(huge)), zeros(40)]),
      }),
  ],
  [
    'lengths that do not add up',
    (frame, chance) =>
      writeFrame({
        kind: 'chunks',
        frame,
        body: Buffer.concat([1, 0, chance.below(4), chance.oneOf(huge), chance.oneOf(huge)].map(varint)),
      }),
  ],
  [
    'a part of a huge whole',
    (frame, chance) =>
      writeFrame({
        kind: chance.oneOf(['head', 'piece', 'tail']),
        frame,
        body: zeros(100),
        offset: chance.oneOf([0, 1, 2 ** 32 - 1]),
        total: 2 ** 32 - 1,
      }),
  ],
  ['a head with nasty texts', (frame, chance) => document('head', frame, head(chance, {}))],
  [
    'a head with deep metadata',
    (frame, chance) =>
      document('head', frame, withDeep(head(chance, { metadata: {} }), 1 + chance.below(30_000))),
  ],
  ['a tail with huge numbers', (frame, chance) => document('tail', frame, tail(chance, {}))],
  [
    'a tail with deep metadata',
    (frame, chance) => document('tail', frame, withDeep(tail(chance, {}), 1 + chance.below(30_000))),
  ],
  [
    'chunks with nasty texts',
    (frame, chance) =>
      writeFrame({
        kind: 'chunks',
        frame,
        count: 2,
        body: records([
          {
            text: chance.oneOf(nasty).slice(0, 900),
            meta: JSON.stringify({ source: chance.oneOf(nasty).slice(0, 900) }),
          },
          { text: 'plain', meta: `{"__proto__":{"polluted":true},"source":"../../x","offset":-1}` },
        ]),
      }),
  ],
  [
    'a chunk with deep metadata',
    (frame, { below }) => {
      const body = squeeze(records([{ text: 'deep', meta: deep(1 + below(30_000)) }]));
      return writeFrame({ kind: 'chunks', frame, compression: 'brotli', body });
    },
  ],
  [
    "someone else's QR code",
    (_, chance) =>
      Buffer.from(
        chance
          .oneOf(['https://example.org/', 'WIFI:S:x;T:WPA;P:y;;', '{"id":1}', 'GZ:', 'MV', '', ...nasty])
          .slice(0, 2900) || ' ',
      ),
  ],
  [
    'a JSON frame that is none',
    (_, chance) =>
      Buffer.from(
        chance.oneOf([
          '{"id":-1,"text":"x","frame":0}',
          '{"id":0,"text":["x"],"frame":0}',
          `{"id":0,"text":"x","frame":${chance.oneOf(huge)}}`,
          '{"id":1e999,"text":"x","frame":0}',
          `{"id":0,"frame":0,"text":"${'\\u001b]0;x\\u0007'}"}`,
        ]),
      ),
  ],
  [
    'a frame of a later version',
    (frame, { below }) => writeFrame({ kind: 'chunks', frame, version: 2 + below(200), body: zeros(9) }),
  ],
];
