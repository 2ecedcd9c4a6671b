import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ArchiveMeasured } from './archives.js';
import type { IndexMeasured } from './index-sizes.js';
import type { Measured } from './sweep.js';

interface State {
  readonly sweep: Measured[];
  readonly archives: ArchiveMeasured[];
  readonly indexes: IndexMeasured[];
}

/** What is measured already, in a file, so that a run that was stopped goes on where it was. */
export class Kept {
  readonly #file: string | undefined;
  readonly #state: State;

  constructor(file: string | undefined) {
    this.#file = file;
    const known =
      file !== undefined && existsSync(file)
        ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<State>)
        : {};
    this.#state = { sweep: [], archives: [], indexes: [], ...known };
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
