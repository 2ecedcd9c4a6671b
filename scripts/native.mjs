// Tries the optional native parts that npm packages fetch from GitHub: ffmpeg-static's program and
// faiss-node's addon. Never fails the set-up: for each part that can't be had, one line says what
// serves instead. Where the network blocks, all of it takes less than 20 seconds.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { root } from './lib/workspace.mjs';

const host = 'github.com';
const probeMs = 4000;
/** A download that brings nothing for this long is given up. */
const stalledMs = 12_000;
/** The longest that a download which does bring something may take. */
const longestMs = 120_000;

const say = (text) => process.stderr.write(`${text}\n`);

/** The folder of a package's dependency, or undefined: optional packages may be missing. */
const folderOf = (workspacePackage, dependency) => {
  const link = join(root, workspacePackage, 'node_modules', dependency);
  return existsSync(link) ? realpathSync(link) : undefined;
};

const runs = (program, args) =>
  spawnSync(program, args, { stdio: 'ignore', timeout: 5000, killSignal: 'SIGKILL' }).status === 0;

const ffmpegFolder = folderOf('packages/codec', 'ffmpeg-static');
const ffmpegFile = ffmpegFolder && join(ffmpegFolder, process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg');
const faissFolder = folderOf('packages/search-index', 'faiss-node');

const parts = [
  {
    name: 'ffmpeg-static',
    folder: ffmpegFolder,
    works: () => existsSync(ffmpegFile) && runs(ffmpegFile, ['-version']),
    script: () => [join(ffmpegFolder, 'install.js')],
    grows: () => (existsSync(ffmpegFile) ? statSync(ffmpegFile).size : 0),
    remove: () => rmSync(ffmpegFile, { force: true }),
    instead: 'the ffmpeg of FFMPEG_PATH, of PATH or of @ffmpeg-installer/ffmpeg serves',
  },
  {
    name: 'faiss-node',
    folder: faissFolder,
    works: () => runs(process.execPath, ['-e', `require(${JSON.stringify(faissFolder)})`]),
    // pnpm puts a package's own dependencies beside it.
    script: () => {
      const beside = createRequire(join(dirname(faissFolder), 'prebuild-install', 'package.json'));
      return [beside.resolve('./bin.js'), '--runtime', 'napi'];
    },
    grows: () => 0,
    remove: () => rmSync(join(faissFolder, 'build'), { recursive: true, force: true }),
    instead: 'exact search in typed arrays serves (on Debian, node scripts/faiss.mjs compiles it)',
  },
];

/** Whether the host can be reached, or why not. Behind a proxy only a try can tell. */
const reach = () => {
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  if (HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443 });
    const timer = setTimeout(() => done(`${host} does not answer`), probeMs);
    const done = (why) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => done(undefined));
    socket.once('error', (error) => done(`${host} can't be reached: ${error.code ?? error.message}`));
  });
};

/** Runs a part's own install script; resolves with undefined when the part works, else with why not. */
const fetchPart = ({ folder, works, script, grows, remove }) =>
  new Promise((resolve) => {
    remove();
    const child = spawn(process.execPath, script(), { cwd: folder, stdio: 'ignore' });
    const startedAt = Date.now();
    let size = 0;
    let movedAt = startedAt;
    let gaveUp = '';
    const watch = setInterval(() => {
      const now = Date.now();
      const grown = grows();
      if (grown > size) [size, movedAt] = [grown, now];
      if (now - movedAt > stalledMs) gaveUp = `no data for ${stalledMs / 1000} s`;
      if (now - startedAt > longestMs) gaveUp = `not done after ${longestMs / 1000} s`;
      if (gaveUp) child.kill('SIGKILL');
    }, 250);
    const end = (why) => {
      clearInterval(watch);
      if (why === undefined && works()) return resolve(undefined);
      remove();
      return resolve(why ?? 'its download does not work on this machine');
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code) => end(gaveUp || (code === 0 ? undefined : 'its download failed')));
  });

const report = ({ name, instead }, why) => say(`Without ${name} (${why}): ${instead}.`);

const attempt = async (part) => {
  try {
    const why = await fetchPart(part);
    if (why !== undefined) report(part, why);
  } catch (error) {
    report(part, error.message);
  }
};

const missing = parts.filter((part) => {
  if (part.folder === undefined) report(part, 'not installed');
  return part.folder !== undefined && !part.works();
});
if (missing.length > 0) {
  const blocked = await reach();
  if (blocked === undefined) await Promise.all(missing.map(attempt));
  else for (const part of missing) report(part, blocked);
}
