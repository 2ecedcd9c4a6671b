import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StandingRecorder } from '../../src/live/recorder.js';
import { type TemporaryFolder, temporaryFolder } from '../../src/temporary-folder.js';

/** Stands in for Elixir: answers what the program says, or writes a part of an answer and stays silent. */
const elixir = `#!${process.execPath}
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { answer } = JSON.parse(line);
  process.stdout.write(answer === undefined ? '[' : JSON.stringify(answer) + '\\n');
});
`;

let folder: TemporaryFolder;
const { PATH } = process.env;
beforeEach(() => {
  folder = temporaryFolder('recorder-test');
  writeFileSync(join(folder.path, 'elixir'), elixir);
  chmodSync(join(folder.path, 'elixir'), 0o755);
  process.env.PATH = folder.path;
});
afterEach(() => {
  process.env.PATH = PATH;
  folder.remove();
});

test('a standing recorder gives the trace of one program after the other, and none for one that has none', async () => {
  const recorder = new StandingRecorder();
  expect(await recorder.trace({ answer: [{ op: 'spawn' }] })).toEqual([{ op: 'spawn' }]);
  expect(await recorder.trace({ answer: null })).toBeUndefined();
  expect(await recorder.trace({ answer: [] })).toEqual([]);
  await recorder.stop();
});

test('one that is stopped in the middle of a program has no trace of it, nor of later ones', async () => {
  const recorder = new StandingRecorder();
  await recorder.trace({ answer: [] });
  const trace = recorder.trace({});
  await recorder.stop();
  expect(await trace).toBeUndefined();
  expect(await recorder.trace({ answer: [] })).toBeUndefined();
});
