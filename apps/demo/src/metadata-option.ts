import { InvalidArgumentError } from 'commander';

/** What a user may mark texts with. */
export type UserMetadata = { readonly [key: string]: string | number | boolean };

/**
 * Parses one `key=value` and adds it to those before. `true` and `false` are booleans, what JSON takes for a number is one, and
 * in double quotes everything is a text, as anything else is.
 *
 * @example
 * metadataOption('year=1984', undefined); // => { year: 1984 }
 */
export const metadataOption = (text: string, before: UserMetadata | undefined): UserMetadata => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected key=value.');
  const key = text.slice(0, at);
  if (before !== undefined && Object.hasOwn(before, key))
    throw new InvalidArgumentError(`${key} is given twice.`);
  return { ...before, [key]: parsed(text.slice(at + 1)) };
};

const parsed = (text: string): string | number | boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || typeof value === 'boolean' || isExact(value, text) ? value : text;
  } catch {
    return text;
  }
};

/** Digits that a number can't hold, such as a long id's, are text. */
const isExact = (value: unknown, text: string): value is number =>
  typeof value === 'number' &&
  (Number.isSafeInteger(value) || !/^-?\d+$/.test(text)) &&
  Number.isFinite(value);
