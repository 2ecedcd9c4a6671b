// What a round does to the machine: runs small programs, mounts file systems, looks for processes.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describeOsExit, startOsProcess } from '@memvisor/supervisor';

/** The environment variable that marks every process of a run. */
export const markName = 'MEMVISOR_FAULTS_RUN';

/** Runs a program to its end. @throws {Error} when it fails */
export const run = async (program: string, ...args: string[]): Promise<void> => {
  const exit = await startOsProcess({ program, args }, { stdin: 'ignore', stdout: 'ignore' }).exited;
  if (exit.kind !== 'exited' || exit.exitCode !== 0)
    throw new Error(`${program} ${args.join(' ')} ${describeOsExit(exit)}`);
};

/** Unmounts; what still writes there for a moment is waited for, and what goes on doing so is cut off. */
export const unmount = async (folder: string): Promise<void> => {
  for (let tries = 0; tries < 50; tries++) {
    const gone = await run('umount', folder).then(
      () => true,
      () => false,
    );
    if (gone) return;
    await setTimeout(100);
  }
  await run('umount', '-l', folder);
};

let mounting: Promise<boolean> | undefined;

/** Whether file systems can be mounted here: as root, and where the container allows it. */
export const canMount = (folder: string): Promise<boolean> => {
  mounting ??= run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder).then(
    () => run('umount', folder).then(() => true),
    () => false,
  );
  return mounting;
};

export type FoundProcess = { readonly pid: number; readonly command: string };

/** Processes with a mark in their environment, this one apart (Linux; elsewhere none are found). */
export const markedProcesses = (mark: string): readonly FoundProcess[] => {
  let entries: string[] = [];
  try {
    entries = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return entries.flatMap((name) => {
    if (Number(name) === process.pid) return [];
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`${markName}=${mark}`))
        return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return command === '' ? [] : [{ pid: Number(name), command }];
    } catch {
      return []; // it ended while we looked
    }
  });
};

/** What this process holds open, by what it is: pipes and sockets by kind, files by name. */
export const openDescriptors = (): readonly string[] => {
  try {
    return readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`).replace(/^(pipe|socket|anon_inode):.*/, '$1')];
      } catch {
        return []; // the one that was open to look
      }
    });
  } catch {
    return [];
  }
};
