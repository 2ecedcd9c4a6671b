import { InvalidArgumentError, Option } from 'commander';

/** Parses a whole number within bounds, or has commander refuse the option by name. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
    return value;
  };

/** Parses a number from 0 to 1, or has commander refuse the option by name. */
export const share = (text: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
};

/** Takes a path as it is; an empty one is most often a shell variable that was never set, and names nothing. */
export const path = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('Expected a path; this is empty.');
  return text;
};

/** The same of an argument that takes several. */
export const paths = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  path(text),
];

/** An option that names a file or a folder. */
export const pathOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(path);

export const indexOption = (): Option =>
  pathOption('--index <file>', 'the index file (default: beside the video, .mvx)');

export const ffmpegOption = (): Option =>
  pathOption('--ffmpeg <file>', 'the ffmpeg to use (default: the first one found)');

export const jsonOption = (): Option => new Option('--json', 'print one JSON object on stdout');

/** What every command that reads an archive takes. */
export interface ArchiveOptions {
  readonly index?: string;
  readonly json?: boolean;
  readonly ffmpeg?: string;
}
