// Runs jest on the compiled tests. Arguments go to jest: `npm test -- packages/codec -t "packed"`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunProcesses } from './jest/leftovers.mjs';
import { root } from './lib/workspace.mjs';

// A temporary folder and a mark of this run's own, so that whatever is left behind shows.
const temporary = mkdtempSync(join(tmpdir(), 'memvisor-test-'));
const mark = temporary.split('-').at(-1);

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    join(root, 'node_modules/jest/bin/jest.js'),
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TMPDIR: temporary, MEMVISOR_TEST_RUN: mark, ORT_DISABLE_TELEMETRY: '1' },
  },
);

const files = readdirSync(temporary).filter((name) => !/^(jest|haste|node-compile-cache)/.test(name));
const processes = findRunProcesses(mark);
rmSync(temporary, { recursive: true, force: true });
for (const { pid } of processes) process.kill(pid, 'SIGKILL');

for (const file of files) console.error(`left behind: temporary file ${file}`);
for (const { pid, command } of processes) console.error(`left behind: process ${pid} ${command}`);
process.exit(status !== 0 ? (status ?? 1) : files.length + processes.length > 0 ? 1 : 0);
