// Stops a program before the failure of its start is known. Runs in a process group of its own: a signal that goes
// astray hits nobody else.
import { startOsProcess } from '../../../src/ports/os-process.js';

const child = startOsProcess({ program: 'no-such-program-here', args: [] });
const exit = await child.stop();
process.stdout.write(exit.kind);
