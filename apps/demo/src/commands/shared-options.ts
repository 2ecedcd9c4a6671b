import { InvalidArgumentError } from 'commander';

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

/** What every command that reads an archive takes. */
export interface ArchiveOptions {
  readonly index?: string;
  readonly json?: boolean;
  readonly ffmpeg?: string;
}
