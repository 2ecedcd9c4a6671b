import { stat } from 'node:fs/promises';
import { describeOsExit } from '@memvisor/supervisor';
import type { Trial } from '../profiles/encode-arguments.js';
import { runFfmpeg, startFfmpeg, succeeded } from './run.js';

/** What an ffmpeg program can do. */
export type Abilities = {
  readonly encoders: ReadonlySet<string>;
  readonly muxers: ReadonlySet<string>;
};

type Probed<What> =
  | { readonly ok: true; readonly value: What }
  | { readonly ok: false; readonly reason: string };

/** Asks a program once, and again only when the file has changed. An answer that was none is not kept. */
const askedOnce = <What, About extends readonly unknown[]>(
  ask: (program: string, ...about: About) => Promise<Probed<What>>,
) => {
  const cache = new Map<string, Promise<Probed<What>>>();
  return async (program: string, ...about: About): Promise<Probed<What>> => {
    const key = `${program} ${JSON.stringify(about)} ${await stat(program).then(
      ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
      () => '',
    )}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const probing = ask(program, ...about);
    cache.set(key, probing);
    const probed = await probing;
    if (!probed.ok) cache.delete(key);
    return probed;
  };
};

/**
 * Major and minor version of its libavcodec, such as 59.037; it dates builds that have no release number. All that
 * reading needs to know, for one start of the program.
 */
export const probeVersion = askedOnce(async (program): Promise<Probed<number>> => {
  const { exit, output } = await runFfmpeg(program, ['-hide_banner', '-version']);
  return succeeded(exit) ? versionIn(output) : { ok: false, reason: describeOsExit(exit) };
});

const versionIn = (output: string): Probed<number> => {
  const library = /^\s*libavcodec\s+(\d+)\.\s*(\d+)/m.exec(output);
  if (library === null) return { ok: false, reason: 'it does not answer like ffmpeg' };
  return { ok: true, value: Number(library[1]) + Number(library[2]) / 1000 };
};

/** A program that takes longer for one picture is asked instead: its answers are in itself. */
const trialTimeoutMs = 5000;

/**
 * The same of a program that has carried out a trial: with it can all that the trial needs, and one start has told so. A
 * program that has not may lack anything; the other questions tell what.
 */
export const tryOut = askedOnce(async (program, trial: Trial): Promise<Probed<number>> => {
  const options = { stdin: 'pipe', stdout: 'ignore', timeoutMs: trialTimeoutMs } as const;
  const process = startFfmpeg(program, trial.arguments, options);
  await process.write(new Uint8Array(trial.pictureBytes));
  process.endInput();
  const exit = await process.exited;
  return exit.kind === 'exited' && exit.exitCode === 0
    ? versionIn(exit.stderrTail)
    : { ok: false, reason: describeOsExit(exit) };
});

/** Which encoders and kinds of files it has. */
export const probeAbilities = askedOnce(async (program): Promise<Probed<Abilities>> => {
  const [encoders, muxers] = await Promise.all([
    runFfmpeg(program, ['-hide_banner', '-encoders']),
    runFfmpeg(program, ['-hide_banner', '-muxers']),
  ]);
  for (const { exit } of [encoders, muxers])
    if (!succeeded(exit)) return { ok: false, reason: describeOsExit(exit) };
  const value = {
    encoders: names(encoders.output, /^ V\S{5} (\S+)/gm),
    muxers: names(muxers.output, /^\s+D?E (\S+)/gm),
  };
  return { ok: true, value };
});

const names = (text: string, line: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(line)].flatMap(([, name]) => (name ?? '').split(',')));

const optionCache = new Map<string, Promise<boolean>>();

/** Whether an encoder has an option; builds with an old encoder library lack some. */
export const encoderHasOption = (program: string, encoder: string, option: string): Promise<boolean> => {
  const key = `${program} ${encoder} ${option}`;
  const known = optionCache.get(key);
  if (known !== undefined) return known;
  const asking = runFfmpeg(program, ['-hide_banner', '-h', `encoder=${encoder}`]).then(({ output }) =>
    new RegExp(`^\\s+-${option}\\s`, 'm').test(output),
  );
  optionCache.set(key, asking);
  return asking;
};
