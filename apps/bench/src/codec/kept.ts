import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { BenchError } from '../benchmark.js';
import type { ArchiveMeasured } from './archives.js';
import type { IndexMeasured } from './index-sizes.js';
import type { Measured } from './sweep.js';

/** What figures depend on: those of other settings can't go into one report. */
export interface KeptSettings {
  /** The text by its digest: a path may hold another one tomorrow. */
  readonly text: string;
  readonly frames: number;
  readonly quick: boolean;
}

interface State {
  readonly settings: KeptSettings;
  readonly sweep: Measured[];
  readonly archives: ArchiveMeasured[];
  readonly indexes: IndexMeasured[];
}

const optionsOf = ({ text, frames, quick }: KeptSettings): string =>
  `${quick ? '--quick ' : ''}--frames ${frames}, text ${text}`;

/** What is measured already, in a file, so that a run that was stopped goes on where it was. */
export class Kept {
  readonly #file: string | undefined;
  readonly #state: State;

  /** @throws {BenchError} for a file of other settings, or of another benchmark. */
  constructor(file: string | undefined, settings: KeptSettings) {
    this.#file = file;
    const known = file !== undefined && existsSync(file) ? readKept(file, settings) : {};
    this.#state = { sweep: [], archives: [], indexes: [], ...known, settings };
  }

  setting(name: string): Measured | undefined {
    return this.#state.sweep.find(({ setting }) => setting.name === name);
  }

  archive(profile: string): ArchiveMeasured | undefined {
    return this.#state.archives.find((one) => one.profile === profile);
  }

  addSetting(measured: Measured): void {
    this.#state.sweep.push(measured);
    this.#write();
  }

  addArchive(measured: ArchiveMeasured): void {
    this.#state.archives.push(measured);
    this.#write();
  }

  /** None where they have not been measured. */
  get indexes(): readonly IndexMeasured[] {
    return this.#state.indexes;
  }

  addIndexes(measured: readonly IndexMeasured[]): void {
    this.#state.indexes.push(...measured);
    this.#write();
  }

  #write(): void {
    if (this.#file !== undefined) writeFileSync(this.#file, JSON.stringify(this.#state));
  }
}

const readKept = (file: string, settings: KeptSettings): Partial<State> => {
  const refuse = (why: string): never => {
    throw new BenchError(`--keep ${file}: ${why}. Name another file, or remove this one.`);
  };
  const known = jsonOf(file);
  if (known === undefined) return refuse('it holds no JSON');
  const { settings: own } = known;
  if (own === undefined) return refuse('it does not say what its figures were measured with');
  if (optionsOf(own) !== optionsOf(settings))
    refuse(`its figures are of ${optionsOf(own)}; this run is of ${optionsOf(settings)}`);
  return known;
};

const jsonOf = (file: string): Partial<State> | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<State>;
  } catch {
    return undefined;
  }
};
