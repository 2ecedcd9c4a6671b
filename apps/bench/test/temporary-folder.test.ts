import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { inTemporaryFolder } from '../src/temporary-folder.js';

const source = fileURLToPath(new URL('../src/temporary-folder.js', import.meta.url));

/** Makes a folder, has a process write into it, says so, and ends when it is told how. */
const program = `
  import { createInterface } from 'node:readline';
  import { startOsProcess } from '@memvisor/supervisor';
  import { temporaryFolder } from ${JSON.stringify(source)};
  const { path } = temporaryFolder('test');
  const writing = 'for (let n = 0; ; n++) require("fs").writeFileSync(process.argv[1] + "/" + n % 99, "x")';
  const child = startOsProcess({ program: process.execPath, args: ['-e', writing, path] });
  console.log(path, child.osPid);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'exit') process.exit(3);
    if (line === 'throw') setImmediate(() => { throw new Error('as told'); });
  }
`;

test.each([
  ['SIGTERM', [null, 'SIGTERM']],
  ['SIGINT', [null, 'SIGINT']],
  ['SIGHUP', [null, 'SIGHUP']],
  ['exit', [3, null]],
  ['throw', [1, null]],
])('a temporary folder is gone when the process ends by %s, which its caller sees', async (how, ending) => {
  const host = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = once(host, 'exit');
  const [said] = await once(createInterface({ input: host.stdout }), 'line');
  const [path = ''] = String(said).split(' ');
  expect(existsSync(path)).toBe(true);
  if (how.startsWith('SIG')) host.kill(how as NodeJS.Signals);
  else host.stdin.write(`${how}\n`);
  expect(await exited).toEqual(ending);
  expect(existsSync(path)).toBe(false);
});

test('a temporary folder is gone after the work, and when it fails', async () => {
  const seen: string[] = [];
  const work = async (path: string) => {
    expect(existsSync(path)).toBe(true);
    seen.push(path);
    if (seen.length > 1) throw new Error('failed');
    return 'done';
  };
  expect(await inTemporaryFolder('test', work)).toBe('done');
  await expect(inTemporaryFolder('test', work)).rejects.toThrow('failed');
  expect(seen.map((path) => existsSync(path))).toEqual([false, false]);
});
