import { appendFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Fault } from '../fault.js';
import { createGate } from '../gate.js';
import { layInputs } from '../previous.js';
import type { CollectedSource, Round } from '../round.js';

const pieceBytes = 4096;

/**
 * The inputs, read up to a piece that is drawn and no further until the gate opens: what changes then changes under the
 * reader's hands.
 */
const readHalfway = (round: Round, files: readonly string[]): readonly CollectedSource[] => {
  const pieces = files.reduce((sum, path) => sum + Math.floor(statSync(path).size / pieceBytes), 0);
  const gate = createGate();
  round.halfway = gate;
  let left = 1 + round.chance.below(pieces);
  round.note = `at piece ${left} of ${pieces}`;
  return round.wholeSources.map(({ source, text }) => ({
    source,
    text: async function* () {
      for await (const piece of text()) {
        yield piece;
        left--;
        if (left === 0) await gate.pass();
      }
    },
  }));
};

/** Acts while the reader waits. */
const whileReading = (act: (round: Round) => void) => async (round: Round) => {
  const { halfway } = round;
  const there = await Promise.race([halfway?.reached.then(() => true), round.over.then(() => false)]);
  if (there === true) {
    act(round);
    round.struck = true;
  }
  halfway?.open();
};

export const inputFaults: readonly Fault[] = [
  {
    name: 'input_changes',
    how: 'a file is cut off, appended to or overwritten while it is read',
    holds: 'a sound archive of what was read, or a failure that names the file',
    endings: ['completed', 'failed'],
    failures: /^(source_unreadable|codec\.nothing_to_write)$/,
    ownMoment: true,
    survivable: true,
    sources: (round) => readHalfway(round, [round.input, round.secondInput]),
    strike: whileReading((round) => {
      const changes: readonly [string, (path: string) => void][] = [
        ['cut off', (path) => truncateSync(path, round.chance.below(round.means.text.length / 2))],
        ['appended to', (path) => appendFileSync(path, 'more and more. '.repeat(3000))],
        ['overwritten', (path) => writeFileSync(path, 'Something else. '.repeat(round.chance.below(9000)))],
      ];
      const change = changes[round.chance.below(changes.length)];
      if (change === undefined) return;
      round.note += `, ${change[0]}`;
      for (const path of [round.input, round.secondInput]) change[1](path);
    }),
    restore: (round) => layInputs(round),
  },
  {
    name: 'input_vanishes',
    how: 'the files are removed while the first is read',
    holds: 'a failure that names the one that could not be opened',
    endings: ['failed'],
    failures: /^source_unreadable$/,
    ownMoment: true,
    sources: (round) => readHalfway(round, [round.input]),
    strike: whileReading((round) => {
      for (const path of [round.input, round.secondInput]) rmSync(path);
    }),
    restore: (round) => layInputs(round),
  },
];
