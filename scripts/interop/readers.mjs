import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../lib/workspace.mjs';

/** OpenCV's own code, compiled to WebAssembly: the same reader as Python's, from npm alone. 13 MB, so only fetched for this. */
const openCv = '@techstark/opencv-js@4.12.0-release.1';
const cache = join(root, 'node_modules/.cache/memvisor-interop');

const program = (name, args, options = {}) =>
  spawnSync(name, args, { encoding: 'utf8', maxBuffer: 2 ** 31, ...options });

const openCvJs = async ({ video, ffmpeg }) => {
  if (!existsSync(join(cache, 'node_modules/@techstark/opencv-js'))) {
    mkdirSync(cache, { recursive: true });
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const { status, stderr } = program(npm, ['install', '--no-save', '--prefix', cache, openCv], {
      shell: process.platform === 'win32',
    });
    if (status !== 0) return { missing: `npm can't install ${openCv}: ${stderr}` };
  }
  const loaded = createRequire(join(cache, 'x.js'))('@techstark/opencv-js');
  // The module itself has a `then` that gives the module again: only a promise may be waited for.
  const cv = loaded instanceof Promise ? await loaded : loaded;
  if (cv.Mat === undefined)
    await new Promise((resolve) => {
      cv.onRuntimeInitialized = resolve;
    });
  const { width, pixels } = framesOf(video, ffmpeg);
  const payloads = [];
  for (let from = 0; from < pixels.length; from += width * width * 3) {
    // As memvid reads: a new detector and a colour picture for each frame.
    const picture = new cv.Mat(width, width, cv.CV_8UC3);
    const detector = new cv.QRCodeDetector();
    const points = new cv.Mat();
    const straight = new cv.Mat();
    picture.data.set(pixels.subarray(from, from + width * width * 3));
    payloads.push(detector.detectAndDecode(picture, points, straight));
    for (const used of [picture, detector, points, straight]) used.delete();
  }
  return { version: /OpenCV ([\d.]+)/.exec(cv.getBuildInformation())?.[1], payloads };
};

const framesOf = (video, ffmpeg) => {
  const options = { encoding: 'buffer' };
  const { stdout: pixels, stderr } = program(
    ffmpeg,
    ['-hide_banner', '-i', video, '-f', 'rawvideo', '-pix_fmt', 'bgr24', 'pipe:1'],
    options,
  );
  const size = /Video:.*?, (\d+)x\d+/.exec(String(stderr));
  if (size === null) throw new Error(`ffmpeg can't read ${video}: ${stderr}`);
  return { width: Number(size[1]), pixels };
};

const zbar = async ({ video, folder, ffmpeg }) => {
  const { status, stdout } = program('zbarimg', ['--version']);
  if (status !== 0) return { missing: 'zbarimg is not installed (apt-get install zbar-tools)' };
  const frames = join(folder, 'frames');
  mkdirSync(frames);
  program(ffmpeg, ['-loglevel', 'error', '-i', video, join(frames, '%06d.png')]);
  const payloads = readdirSync(frames)
    .sort()
    .map(
      (name) =>
        program('zbarimg', ['--quiet', '--raw', '--nodbus', '--set', 'binary', join(frames, name)]).stdout,
    );
  return { version: stdout.trim(), payloads };
};

const python = async ({ video }) => {
  const name = process.env.PYTHON ?? 'python3';
  const { status, stdout, stderr } = program(name, [join(root, 'scripts/interop/read.py'), video]);
  const missing = `${name} has no OpenCV (pip install opencv-python-headless faiss-cpu)`;
  if (status === 3) return { missing: stdout.trim() || missing };
  if (status !== 0) return { missing: stderr.trim().split('\n').at(-1) || missing };
  return JSON.parse(stdout);
};

/** Each reads every frame of a video: its payloads by frame, or why it is not here. */
export const readers = { 'opencv-js': openCvJs, zbar, python };
