import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import { layInputs } from '../previous.js';
import type { CollectedSource, Round } from '../round.js';

const stages = ['chunk', 'encode'] as const;

/** Read so slowly that the fault comes in the middle. */
const slowly = (round: Round): readonly CollectedSource[] =>
  round.wholeSources.map(({ source, text }) => ({
    source,
    text: async function* () {
      for await (const piece of text()) {
        yield piece;
        await setTimeout(4);
      }
    },
  }));

export const inputFaults: readonly Fault[] = [
  {
    name: 'input_changes',
    how: 'a file is cut off, appended to or overwritten while it is read',
    holds: 'a sound archive of what was read, or a failure that names the file',
    endings: ['completed', 'failed'],
    failures: /^(source_unreadable|codec\.nothing_to_write)$/,
    stages,
    sources: slowly,
    strike: (round) => {
      const changes: readonly [string, (path: string) => void][] = [
        ['cut off', (path) => truncateSync(path, round.chance.below(round.means.text.length / 2))],
        ['appended to', (path) => appendFileSync(path, 'more and more. '.repeat(3000))],
        ['overwritten', (path) => writeFileSync(path, 'Something else. '.repeat(round.chance.below(9000)))],
      ];
      const change = changes[round.chance.below(changes.length)];
      if (change === undefined) return;
      round.note += `, ${change[0]}`;
      for (const path of [round.input, round.secondInput]) change[1](path);
      round.struck = true;
    },
    restore: (round: Round) => layInputs(round),
  },
  {
    name: 'input_vanishes',
    how: 'the files are removed while the first is read',
    holds: 'a failure that names the one that could not be opened, or nothing where both were open',
    endings: ['completed', 'failed'],
    failures: /^source_unreadable$/,
    stages,
    sources: slowly,
    strike: (round) => {
      for (const path of [round.input, round.secondInput]) rmSync(path);
      round.struck = true;
    },
    restore: (round) => layInputs(round),
  },
];
