import { afterAll, beforeAll } from '@jest/globals';
import { makeFolder, removeFolder, type TestArchive, writeTestArchive } from '../archive.js';

/** Two small archives in a folder, for all tests of a file. */
export interface BeesAndShips {
  readonly folder: string;
  readonly bees: TestArchive;
  readonly ships: TestArchive;
}

/** Makes them before the first test and removes them after the last. */
export const beesAndShips = (
  texts: readonly string[] = ['Rust.', 'Ships carry honey.', 'Tar.'],
): (() => BeesAndShips) => {
  let made: BeesAndShips;
  beforeAll(async () => {
    const folder = await makeFolder();
    const bees = await writeTestArchive(folder, {
      name: 'bees',
      contents: ['Bees make honey.', 'Bees sleep.'],
    });
    made = { folder, bees, ships: await writeTestArchive(folder, { name: 'ships', contents: texts }) };
  });
  afterAll(() => removeFolder(made.folder));
  return () => made;
};
