// The real command line on hostile archives: what it prints must be harmless, and what it writes in its place.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOsProcess } from '@memvisor/supervisor';
import type { Chance } from '../soak/chance.js';
import { mutateBoxes } from './boxes.js';
import type { Corpus } from './corpus.js';
import { hostileIndex } from './index-mutants.js';

const cli = fileURLToPath(new URL('../../../../demo/dist/src/cli.js', import.meta.url));
const longestMs = 90_000;

const commands = ['verify', 'search', 'recover', 'info'] as const;

/** Characters that a terminal would take for a command, or that turn text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export type CommandTry = { readonly command: string; readonly violation: string | undefined };

/** Every command, as JSON and for people, on an archive full of nasty texts. */
export const nastyCommands = (corpus: Corpus): (() => Promise<CommandTry>)[] =>
  commands.flatMap((command) =>
    [false, true].map(
      (json) => () => runCommand(corpus, command, corpus.archives.nasty.video, undefined, json),
    ),
  );

/** A random command on a random mutant. */
export const randomCommand = (corpus: Corpus, chance: Chance): Promise<CommandTry> => {
  const { h264 } = corpus.archives;
  let video = h264.video;
  let index: string | undefined = h264.index;
  if (chance.below(2) === 0) {
    video = join(corpus.folder, 'mutant.mp4');
    writeFileSync(video, mutateBoxes(readFileSync(h264.video), chance).bytes);
  } else {
    index = join(corpus.folder, 'mutant.mvx');
    writeFileSync(index, hostileIndex(readFileSync(h264.index), chance).bytes);
  }
  return runCommand(corpus, chance.oneOf(commands), video, index, chance.below(2) === 0);
};

const runCommand = async (
  { folder }: Corpus,
  command: (typeof commands)[number],
  video: string,
  index: string | undefined,
  json: boolean,
): Promise<CommandTry> => {
  const place = join(folder, 'cwd');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  const args = [
    ...(command === 'search' ? ['search', video, 'memory process', '--mode', 'lexical'] : [command, video]),
    ...(command === 'recover' ? ['--texts-only', '--out', 'texts'] : []),
    ...(index === undefined || command === 'recover' ? [] : ['--index', index]),
    ...(json ? ['--json'] : []),
  ];
  const child = startOsProcess(
    { program: process.execPath, args: [cli, ...args], cwd: place },
    { stdin: 'ignore', timeoutMs: longestMs, stderrTailBytes: 100_000 },
  );
  const parts: Uint8Array[] = [];
  for await (const part of child.stdout as AsyncIterable<Uint8Array>) parts.push(part);
  const exit = await child.exited;
  const out = Buffer.concat(parts).toString();
  const violation = judge(place, exit, out, json);
  return { command: `memvisor ${args.join(' ')}`, violation };
};

const judge = (
  place: string,
  exit: Awaited<ReturnType<typeof startOsProcess>['exited']>,
  out: string,
  json: boolean,
): string | undefined => {
  if (exit.kind !== 'exited') return `it did not end by itself: ${JSON.stringify(exit).slice(0, 300)}`;
  const { stderrTail } = exit;
  if (exit.exitCode > 1) return `it left with code ${exit.exitCode}: ${stderrTail.slice(0, 300)}`;
  if (/fault in memvisor itself|\n\s+at /.test(stderrTail))
    return `a failure that was not expected: ${stderrTail.slice(0, 500)}`;
  if (exit.exitCode === 1 && stderrTail.trim() === '') return 'it failed and did not say why';
  for (const text of [out, stderrTail]) {
    const found = raw.exec(text);
    if (found !== null)
      return `it printed U+${found[0].charCodeAt(0).toString(16)} raw: ${JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 60))}`;
  }
  if (json && exit.exitCode === 0)
    try {
      JSON.parse(out);
    } catch {
      return `not JSON: ${out.slice(0, 200)}`;
    }
  const strangers = readdirSync(place).filter((name) => name !== 'texts');
  if (strangers.length > 0) return `it wrote ${strangers.join(', ')}`;
  return ['/tmp/memvisor-fuzz-escaped', '/tmp/memvisor-fuzz-ran'].find((path) => existsSync(path));
};
