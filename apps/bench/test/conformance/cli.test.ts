import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const runner = fileURLToPath(new URL('../../src/conformance.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [runner, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr, last: stdout.trimEnd().split('\n').at(-1) };
};

const alive = (result: boolean) => ({
  name: result ? 'right' : 'wrong',
  program: {
    ops: [
      { op: 'spawn', as: 'p' },
      { op: 'alive', of: { pid: 'p' } },
    ],
  },
  trace: [
    { op: 'spawn', result: { pid: 'p' }, events: [] },
    { op: 'alive', result, events: [] },
  ],
});
const write = (name: string, cases: readonly object[]) => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ suite: 'mine', format: 'otp-conformance/1', cases }));
  return path;
};
const good = write('good.json', [alive(true)]);
const bad = write('bad.json', [alive(true), alive(false)]);

test('all passing: exit 0 and the count alone on the last line', () => {
  expect(run(good)).toMatchObject({ status: 0, stdout: '1 passed, 0 failed\n' });
});

test('a failing case is shown with what was expected and what came: exit 1', () => {
  const { status, stdout, last } = run(bad);
  expect(status).toBe(1);
  expect(stdout).toContain('FAILED mine/wrong');
  expect(stdout).toMatch(/op 2 .*\n\s+result\n\s+expected false\n\s+got\s+true/);
  expect(last).toBe('1 passed, 1 failed');
});

test('a folder stands for all its files', () => {
  expect(run(folder).last).toBe('2 passed, 1 failed');
});

test('--case and --suite choose', () => {
  expect(run(bad, '--case', 'right').last).toBe('1 passed, 0 failed');
  expect(run(bad, '--suite', 'mine').last).toBe('1 passed, 1 failed');
  expect(run(bad, '--suite', 'other')).toMatchObject({ status: 2, stderr: 'no case matches\n' });
});

test('--verbose names passing cases too', () => {
  expect(run(good, '--verbose').stdout).toBe('ok mine/right\n1 passed, 0 failed\n');
});

test('--json prints JSON alone, and the count on standard error', () => {
  const { status, stdout, stderr } = run(bad, '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ passed: 1, failed: 1 });
  expect(stderr).toBe('1 passed, 1 failed\n');
});

test.each([
  ['no path', []],
  ['an unknown option', [good, '--colour']],
  ['a path that is not there', [join(folder, 'nothing.json')]],
  ['a file of another format', [runner]],
])('wrong usage exits with 2: %s', (_what, args) => {
  const { status, stderr } = run(...args);
  expect(status).toBe(2);
  expect(stderr).not.toBe('');
});

test('a program that is not of the format fails its case, and says why', () => {
  const strange = write('strange.json', [{ name: 'strange', program: { ops: [{ op: 'fly' }] }, trace: [] }]);
  const { status, stdout, last } = run(strange);
  rmSync(strange);
  expect(status).toBe(1);
  expect(stdout).toContain('unknown op "fly"');
  expect(last).toBe('0 passed, 1 failed');
});
