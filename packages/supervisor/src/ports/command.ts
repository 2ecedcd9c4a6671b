import { OptionError } from '../process/errors.js';

/** What to run, as plain data: building one is pure, only {@link startOsProcess} acts on it. No shell is involved. */
export interface Command {
  /** A program on `PATH`, or a path to one. */
  readonly program: string;
  /** Passed to the program as they are: nothing is split, quoted or expanded. */
  readonly args: readonly string[];
  /** Working directory. @defaultValue that of this process */
  readonly cwd?: string;
  /** Added to the environment of this process; a variable named here wins. */
  readonly env?: Readonly<Record<string, string>>;
}

export const checkCommand = ({ program, args, cwd, env }: Command): void => {
  if (typeof program !== 'string' || program === '' || program.includes('\0'))
    throw new OptionError('command.program', program, 'the name or path of a program');
  if (!Array.isArray(args)) throw new OptionError('command.args', args, 'an array of strings');
  args.forEach((arg, at) => {
    if (typeof arg !== 'string' || arg.includes('\0'))
      throw new OptionError(`command.args[${at}]`, arg, 'a string without NUL');
  });
  if (cwd !== undefined && (typeof cwd !== 'string' || cwd.includes('\0')))
    throw new OptionError('command.cwd', cwd, 'the path of a folder');
  for (const [name, value] of Object.entries(env ?? {}))
    if (typeof value !== 'string' || value.includes('\0'))
      throw new OptionError(`command.env.${name}`, value, 'a string without NUL');
};
