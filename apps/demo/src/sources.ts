import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

/** How sources are called. */
export interface SourceOptions {
  /** What their names are relative to. @defaultValue the current folder */
  readonly root?: string;
  /** Whether they have their full paths instead. @defaultValue `false` */
  readonly absolute?: boolean;
}

/**
 * The name that a file is cited by, for files at or below the arguments given: relative to the root, and for an argument
 * outside of it relative to the deepest folder that holds all such arguments. So no more of this machine's folders goes into an
 * archive than tells the files apart. Always with `/`.
 *
 * @example
 * sourceNames(['/home/ann/notes'])('/home/ann/notes', '/home/ann/notes/a.md'); // => 'notes/a.md'
 */
export const sourceNames = (
  args: readonly string[],
  { root = '.', absolute = false }: SourceOptions = {},
): ((arg: string, file: string) => string) => {
  const isBelow = (path: string): boolean => {
    const way = relative(root, path);
    return !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
  };
  const shared = sharedFolder(args.filter((arg) => !isBelow(arg)).map((arg) => dirname(resolve(arg))));
  return (arg, file) => {
    if (absolute) return slashed(resolve(file));
    return slashed(relative(isBelow(arg) ? root : shared, file));
  };
};

/** A path as archives have it, whatever the system. */
export const slashed = (path: string): string => path.split(sep).join('/');

/** The deepest folder that holds all those given. */
const sharedFolder = (folders: readonly string[]): string => {
  const [first = '', ...rest] = folders;
  let parts = first.split(sep);
  for (const folder of rest) {
    const others = folder.split(sep);
    const differs = parts.findIndex((part, at) => part !== others[at]);
    if (differs >= 0) parts = parts.slice(0, differs);
  }
  return `${parts.join(sep)}${sep}`;
};
