// Starts a child of the kind `argv[2]`, waits until it is connected to the socket `argv[3]`, and then ends in the
// way `argv[4]`.
import { fileURLToPath } from 'node:url';
import { startNodeChild } from '../../../src/ports/node-child.js';
import { startOsProcess } from '../../../src/ports/os-process.js';

const [, , kind, socket = '', ending] = process.argv;
const beacon = (...args: readonly string[]) => ({
  program: process.execPath,
  args: [
    fileURLToPath(new URL('../../../../test/fixtures/programs/beacon.mjs', import.meta.url)),
    socket,
    ...args,
  ],
});

if (kind === 'stubborn') startOsProcess(beacon());
if (kind === 'reading') startOsProcess(beacon('end-of-input'));
if (kind === 'node_child')
  startNodeChild(new URL('./serving-beacon.js', import.meta.url), { args: [socket] });

process.once('SIGUSR2', () => {
  if (ending === 'exit') process.exit(0);
  if (ending === 'uncaught') throw new Error('uncaught');
  process.kill(process.pid, ending);
});
