// Compiles the real faiss-node from its own npm sources against Debian's libfaiss-dev, where its
// download from GitHub is not wanted or not possible: `node scripts/faiss.mjs`. CI calls this, so that
// the real faiss is tested. Needs g++ and libfaiss-dev (apt-get install g++ libfaiss-dev).
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './lib/workspace.mjs';

const fail = (text) => {
  process.stderr.write(`faiss: ${text}\n`);
  process.exit(1);
};

const searchIndex = join(root, 'packages/search-index/node_modules');
const installed = join(searchIndex, 'faiss-node');
if (!existsSync(installed)) fail('faiss-node is not installed; run `npm run setup` first.');
const source = realpathSync(installed);
// pnpm puts a package's own dependencies beside it.
const addonApi = join(dirname(source), 'node-addon-api');
const nodeHeaders = realpathSync(join(searchIndex, 'node-api-headers'));

const header = ['/usr/include', '/usr/local/include']
  .map((folder) => join(folder, 'faiss/Index.h'))
  .find((file) => existsSync(file));
if (header === undefined) fail('faiss/Index.h was not found. On Debian: apt-get install g++ libfaiss-dev.');
const version = ['MAJOR', 'MINOR', 'PATCH'].map(
  (part) => readFileSync(header, 'utf8').match(new RegExp(`FAISS_VERSION_${part} (\\d+)`))?.[1] ?? '?',
);

const out = join(source, 'build', 'Release');
const target = join(out, 'faiss-node.node');
const unfinished = `${target}.part`;
const compat = join(out, 'compat.h');
mkdirSync(out, { recursive: true });
// faiss-node is written for faiss 1.7.4, which moved idx_t out of Index.
writeFileSync(
  compat,
  `#include <faiss/Index.h>
#if FAISS_VERSION_MAJOR == 1 && FAISS_VERSION_MINOR == 7 && FAISS_VERSION_PATCH < 4
namespace faiss { using idx_t = Index::idx_t; }
#endif
`,
);

const { status, error } = spawnSync(
  process.env.CXX ?? 'g++',
  [
    ...['-std=c++17', '-O2', '-shared', '-fPIC', '-fopenmp', '-w', '-DNAPI_VERSION=8'],
    ...['-include', compat, `-I${join(nodeHeaders, 'include')}`, `-I${addonApi}`],
    ...[join(source, 'src/faiss.cc'), '-o', unfinished, '-lfaiss'],
  ],
  { stdio: ['ignore', 2, 2] },
);
if (error !== undefined)
  fail(`the compiler could not be started (${error.message}). On Debian: apt-get install g++.`);
if (status !== 0) {
  rmSync(unfinished, { force: true });
  fail('the compiler refused faiss-node; it named the place above.');
}
renameSync(unfinished, target);

// Loaded in a process of its own: an addon that aborts must not look like success.
const probe = `const { IndexFlatL2 } = require(${JSON.stringify(source)});
const index = new IndexFlatL2(2); index.add([0, 0, 3, 4]);
const { distances, labels } = index.search([0, 0], 2);
if (labels.join() !== '0,1' || distances.join() !== '0,25') throw new Error('wrong answer: ' + labels + ' ' + distances);`;
if (spawnSync(process.execPath, ['-e', probe], { stdio: ['ignore', 2, 2] }).status !== 0) {
  rmSync(target, { force: true });
  fail('faiss-node was compiled but does not work.');
}
process.stderr.write(`faiss: faiss-node compiled against faiss ${version.join('.')}\n`);
