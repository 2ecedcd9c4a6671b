import { stat } from 'node:fs/promises';
import { describeOsExit } from '@memvisor/supervisor';
import { runFfmpeg, succeeded } from './run.js';

/** What an ffmpeg program can do. */
export type Abilities = {
  readonly encoders: ReadonlySet<string>;
  readonly muxers: ReadonlySet<string>;
  /** Major and minor version of its libavcodec, such as 59.37; it dates builds that have no release number. */
  readonly libavcodec: number;
};

type Probed =
  | { readonly ok: true; readonly abilities: Abilities }
  | { readonly ok: false; readonly reason: string };

const cache = new Map<string, Promise<Probed>>();

/** Asks a program once what it can do, and again only when the file has changed. A failed probe is not kept. */
export const probe = async (program: string): Promise<Probed> => {
  const key = `${program} ${await stat(program).then(
    ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
    () => '',
  )}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const probing = ask(program);
  cache.set(key, probing);
  const probed = await probing;
  if (!probed.ok) cache.delete(key);
  return probed;
};

const ask = async (program: string): Promise<Probed> => {
  const [version, encoders, muxers] = await Promise.all(
    ['-version', '-encoders', '-muxers'].map((question) => runFfmpeg(program, ['-hide_banner', question])),
  );
  for (const answer of [version, encoders, muxers])
    if (answer === undefined || !succeeded(answer.exit))
      return { ok: false, reason: answer === undefined ? 'no answer' : describeOsExit(answer.exit) };
  const library = /^libavcodec\s+(\d+)\.\s*(\d+)/m.exec(version?.output ?? '');
  if (library === null) return { ok: false, reason: 'it does not answer like ffmpeg' };
  return {
    ok: true,
    abilities: {
      encoders: names(encoders?.output ?? '', /^ V\S{5} (\S+)/gm),
      muxers: names(muxers?.output ?? '', /^\s+D?E (\S+)/gm),
      libavcodec: Number(library[1]) + Number(library[2]) / 1000,
    },
  };
};

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
