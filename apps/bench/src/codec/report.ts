import type { Machine } from '../runtime/machine.js';
import type { ArchiveMeasured } from './archives.js';
import { type IndexMeasured, indexRows } from './index-sizes.js';
import { markdownTable } from './markdown-table.js';
import type { Measured } from './sweep.js';

/** All that a report tells. */
export interface Report {
  readonly machine: Machine;
  readonly command: string;
  readonly quick: boolean;
  readonly textSource: string;
  readonly sweep: readonly Measured[];
  readonly leftOut: readonly string[];
  readonly archives: readonly ArchiveMeasured[];
  /** What an index of the same text takes. */
  readonly indexes: readonly IndexMeasured[];
}

export interface Verdict {
  readonly target: string;
  readonly measured: string;
  /** `undefined` where it was not measured. */
  readonly met: boolean | undefined;
}

/** The targets of the codec, each beside what was measured in this run. */
export const judge = ({ sweep, archives, indexes }: Report): Verdict[] => {
  const shipped = (profile: string) => sweep.find(({ setting }) => setting.profile === profile);
  const archive = (profile: string) => archives.find((one) => one.profile === profile);
  const verdict = (
    target: string,
    value: number | undefined,
    met: (value: number) => boolean,
    digits = 2,
  ) => ({
    target,
    measured: value === undefined ? 'not measured' : value.toFixed(digits),
    met: value === undefined ? undefined : met(value),
  });
  const atMost = (limit: number) => (value: number) => value <= limit;
  const atLeast = (limit: number) => (value: number) => value >= limit;
  const bytes = (profile: string, limit: number) =>
    verdict(
      `${profile}: video bytes per payload byte ≤ ${limit}`,
      shipped(profile)?.bytesPerByte,
      atMost(limit),
    );
  const english = (profile: string, limit: number) =>
    verdict(
      `${profile}: video bytes per byte of English ≤ ${limit}`,
      archive(profile)?.videoPerTextByte,
      atMost(limit),
    );
  const speed = (profile: string) =>
    verdict(`${profile}: text encoded, MB/s ≥ 1`, archive(profile)?.megabytesPerSecond, atLeast(1));
  const fetch = (profile: string, percentile: 'p50' | 'p99', limit: number) =>
    verdict(
      `${profile}: one frame, warm, ${percentile} ≤ ${limit} ms`,
      archive(profile)?.warm[percentile],
      atMost(limit),
    );
  const readable = [
    ...sweep
      .filter(({ setting }) => setting.profile !== undefined)
      .map(({ exact, frames }) => exact / frames),
    ...archives.map(({ readable: read, frames }) => read / frames),
  ];
  return [
    bytes('av1', 1.5),
    bytes('lossless', 1.55),
    bytes('h264', 2.9),
    verdict('h264: encoded frames per second ≥ 150', shipped('h264')?.encodeFps, atLeast(150), 0),
    english('av1', 0.6),
    english('lossless', 0.6),
    english('h264', 1.3),
    verdict(
      'index: bytes per byte of English ≤ 0.6, vectors as by default',
      indexes.find(({ isDefault }) => isDefault)?.perTextByte,
      atMost(0.6),
    ),
    speed('lossless'),
    speed('h264'),
    verdict(
      'frames readable, every profile: 100 %',
      readable.length === 0 ? undefined : Math.min(...readable) * 100,
      atLeast(100),
    ),
    ...['h264', 'lossless'].flatMap((profile) => [fetch(profile, 'p50', 3), fetch(profile, 'p99', 8)]),
  ];
};

const sweepRows = (sweep: readonly Measured[]): string[][] => [
  [
    ...[
      'settings',
      'profile',
      'bytes per payload byte',
      'exact frames',
      'encode fps',
      'decode fps',
      'read fps',
    ],
    ...['one frame, ms', 'plays in'],
  ],
  ...sweep.map((one) => [
    one.setting.name,
    one.setting.profile ?? '',
    one.bytesPerByte.toFixed(2),
    `${one.exact}/${one.frames}`,
    one.encodeFps.toFixed(0),
    one.decodeFps.toFixed(0),
    one.readFps.toFixed(0),
    one.fetchMs.toFixed(0),
    one.setting.plays,
  ]),
];

const archiveRows = (archives: readonly ArchiveMeasured[]): string[][] => [
  [
    ...['profile', 'video per text byte', 'readable', 'text MB/s', 'own CPU ms a frame'],
    ...['warm p50 / p99 ms', 'cold p50 / p99 ms'],
  ],
  ...archives.map((one) => [
    one.profile,
    one.videoPerTextByte.toFixed(2),
    `${one.readable}/${one.frames}`,
    one.megabytesPerSecond.toFixed(2),
    one.cpuMsPerFrame.toFixed(1),
    `${one.warm.p50.toFixed(1)} / ${one.warm.p99.toFixed(1)}`,
    `${one.cold.p50.toFixed(0)} / ${one.cold.p99.toFixed(0)}`,
  ]),
];

const verdictRows = (report: Report): string[][] => [
  ['target', 'measured', ''],
  ...judge(report).map(({ target, measured, met }) => [
    target,
    measured,
    met === undefined ? '–' : met ? 'met' : 'NOT met',
  ]),
];

export const asText = (report: Report): string =>
  [sweepRows(report.sweep), archiveRows(report.archives), indexRows(report.indexes), verdictRows(report)]
    .filter((rows) => rows.length > 0)
    .map((rows) => {
      const widths = (rows[0] ?? []).map((_, column) =>
        Math.max(...rows.map((row) => (row[column] ?? '').length)),
      );
      return rows
        .map((row) =>
          row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join('  ')
            .trimEnd(),
        )
        .join('\n');
    })
    .join('\n\n');

const indexPart = ({ indexes }: Report): string => `
## The index beside it

1 MB of the same text in the same chunks, one vector of the default model for each. The rest is words (BM25), places and metadata;
what keeping vectors smaller costs in answers is told in the README of the index package.

${markdownTable(indexRows(indexes))}
`;

export const asMarkdown = (report: Report): string => {
  const { machine, command, quick, leftOut, textSource } = report;
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return `# Codec

Written by \`${command}\`${quick ? ' (a quick run: few frames)' : ''} on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os};
${versions.join(', ')}; load ${machine.load} at the start, ${machine.loadAtEnd} at the end. On a busy machine speeds say little by
themselves; sizes and readability do not depend on it.

## Targets

${markdownTable(verdictRows(report))}

## Settings

QR codes of version 40 full of random bytes. "Exact": the payload came back byte by byte. Encode and decode: ffmpeg alone, its
start included; read: decoded pictures to payloads. One frame: an ffmpeg started for it.

${markdownTable(sweepRows(report.sweep))}
${leftOut.length === 0 ? '' : `\nLeft out: ${leftOut.join('; ')}.\n`}
## Profiles on text

${textSource}, in chunks of 1,024 characters with 32 of overlap, from texts to a video of which every frame was read back. Sizes are
of 1 MB; speeds of h264 and lossless the medians of three times 5 MB in a full run. Warm and cold: one frame from an open archive, with decoders that keep running (not for av1 and h265) and with an ffmpeg for each.

${markdownTable(archiveRows(report.archives))}
${report.indexes.length === 0 ? '' : indexPart(report)}`;
};
