import type { Machine } from '../runtime/machine.js';
import { markdownTable } from './markdown-table.js';
import type { Soak, SoakTally } from './soak.js';

const duration = (seconds: number): string =>
  seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;

const total = (tallies: readonly SoakTally[], of: (tally: SoakTally) => number): number =>
  tallies.reduce((sum, tally) => sum + of(tally), 0);

const rows = ({ tallies }: Soak): string[][] => [
  ['profile', 'frames', 'read back', '', 'encoded again', 'written, frames/s', 'read, frames/s', 'time'],
  ...tallies.map((tally) => [
    tally.profile,
    String(tally.frames),
    String(tally.readable),
    `${((100 * tally.readable) / tally.frames).toFixed(3)} %`,
    `${tally.encodedAgain} of ${tally.archives}`,
    (tally.frames / tally.writeSeconds).toFixed(0),
    (tally.frames / tally.readSeconds).toFixed(0),
    duration(tally.writeSeconds + tally.readSeconds),
  ]),
  [
    'all',
    String(total(tallies, ({ frames }) => frames)),
    String(total(tallies, ({ readable }) => readable)),
    ...['', '', '', ''],
    duration(total(tallies, ({ writeSeconds, readSeconds }) => writeSeconds + readSeconds)),
  ],
];

export const soakAsText = (soak: Soak): string =>
  [`seed ${soak.seed}`, ...rows(soak).map((row) => row.join(' · '))].join('\n');

export const soakAsMarkdown = (
  soak: Soak,
  machine: Machine,
  command: string,
): string => `# Every frame comes back

Written by \`${command}\` on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os};
load ${machine.load} at the start, ${machine.loadAtEnd} at the end. On a busy machine speeds say little by themselves.

Random text, seed ${soak.seed}, that fills each frame, in archives of 2,000 frames and fewer. Each archive is written, which reads
its frames back and encodes again where one does not, and then read as a whole: a frame counts when its text is, byte by byte, what
was written. "Encoded again": archives that had a frame which did not read back at first.

${markdownTable(rows(soak))}
`;
