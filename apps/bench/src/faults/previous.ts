import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Round } from './round.js';

/** Puts the archive in place that stands there before the build. */
export const layPrevious = ({ means, out }: Round): void => {
  for (const name of ['m.mp4', 'm.mvx']) copyFileSync(join(means.previous, name), join(out, name));
};

/** Puts the inputs in place. */
export const layInputs = (round: Round): void => {
  const text = round.short ? round.means.shortText : round.means.text;
  const middle = text.indexOf(' ', text.length * 0.6);
  writeFileSync(round.input, text.slice(0, middle));
  writeFileSync(round.secondInput, text.slice(middle));
};

export const layFolders = (round: Round): void => {
  for (const folder of [round.folder, round.out, round.temporary]) mkdirSync(folder);
};
