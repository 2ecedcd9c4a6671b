import { describeOsExit, startOsProcess } from '../../../src/index.js';

const sort = startOsProcess({ program: 'sort', args: [] }, { shutdownMs: 1000, timeoutMs: 10_000 });
await sort.write(new TextEncoder().encode('pear\napple\n'));
sort.endInput();
for await (const chunk of sort.stdout) console.log(String(chunk).trim().split('\n')); // => [ 'apple', 'pear' ]
console.log(describeOsExit(await sort.exited)); // => exited with code 0
