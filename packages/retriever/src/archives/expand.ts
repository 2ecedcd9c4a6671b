import { access } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';

/** What patterns find; an index beside a video is none. A path that is written out may have any extension. */
const videoExtensions = /\.(mp4|mkv|mov|webm|avi|m4v)$/i;

/** Paths of videos, each file once, and the patterns that found none. */
export interface Expanded {
  readonly paths: readonly string[];
  readonly unmatched: readonly string[];
}

/** Looks for the files of paths and patterns: in the order given, those of one pattern by name. */
export const expandArchives = async (given: readonly string[]): Promise<Expanded> => {
  const found = await Promise.all(given.map(expandOne));
  const paths = new Map(found.flatMap((own) => own ?? []).map((path) => [resolve(path), path]));
  return {
    paths: [...paths.values()],
    unmatched: given.filter((_, at) => found[at] === undefined),
  };
};

const expandOne = async (given: string): Promise<string[] | undefined> => {
  if (!isDynamicPattern(given) || (await exists(given))) return [given];
  // Through a link, to `/` for instance, all folders there are would be looked into.
  const followSymbolicLinks = !given.includes('**');
  const found = await glob(given, {
    expandDirectories: false,
    onlyFiles: true,
    followSymbolicLinks,
    // Else they would be told by the way to them from the current folder.
    absolute: isAbsolute(given),
  });
  const videos = found.filter((path) => videoExtensions.test(path)).sort();
  return videos.length === 0 ? undefined : videos;
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
