import type { ChunkFilter, MetadataRange } from '@memvisor/search-index';
import { InvalidArgumentError } from 'commander';
import type { UserMetadata } from '../metadata-option.js';

/** Collects an option that may be given more than once. */
export const repeatable = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];

/** `key=from..to` of `--range`; one of the ends may be missing. */
export const rangePair = (text: string, before: readonly string[] = []): readonly string[] => {
  const [key, ends] = cut(text, '=');
  if (key === '' || !ends.includes('..') || ends === '..')
    throw new InvalidArgumentError('Expected key=from..to, key=from.. or key=..to.');
  if (before.some((other) => cut(other, '=')[0] === key))
    throw new InvalidArgumentError(`${key} is given twice; one range has both ends: ${key}=from..to.`);
  const { from, to } = rangeOf(ends);
  if (from !== undefined && to !== undefined && from > to)
    throw new InvalidArgumentError(`${from} is above ${to}: nothing is between them.`);
  return [...before, text];
};

/** What the command line says about which chunks may be answers. */
export interface FilterOptions {
  readonly source?: readonly string[];
  readonly meta?: UserMetadata;
  readonly range?: readonly string[];
}

/** The filter that these options mean; `undefined` for none. One of the sources must hold, and all of the rest. */
export const filterOf = ({ source, meta, range = [] }: FilterOptions): ChunkFilter | undefined => {
  if (source === undefined && meta === undefined && range.length === 0) return undefined;
  const ranges = range.map((pair): [string, MetadataRange] => {
    const [key, ends] = cut(pair, '=');
    return [key, rangeOf(ends)];
  });
  return {
    ...(source === undefined ? {} : { sources: source }),
    ...(meta === undefined ? {} : { metadata: meta }),
    ...(ranges.length === 0 ? {} : { ranges: Object.fromEntries(ranges) }),
  };
};

/** What to say where nothing was found: a filter that fits no text finds nothing, whatever the question. */
export const filterNotices = (options: FilterOptions, results: readonly unknown[]): readonly string[] =>
  results.length > 0 || filterOf(options) === undefined
    ? []
    : [
        'Only texts that --source, --meta and --range let through were searched. Sources go by their whole names; info --json lists them.',
      ];

/** Numbers where every end is one, else texts, which dates as 2024-05-01 are. */
const rangeOf = (ends: string): MetadataRange => {
  const [from, to] = cut(ends, '..');
  const given = [from, to].filter((end) => end !== '');
  const endOf = (end: string): number | string => (given.every(isNumber) ? Number(end) : end);
  return { ...(from === '' ? {} : { from: endOf(from) }), ...(to === '' ? {} : { to: endOf(to) }) };
};

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

const cut = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
};
