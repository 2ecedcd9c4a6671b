import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where and with what a benchmark ran. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  /** What else kept the machine busy: its load average over a minute. */
  readonly load: number;
  readonly loadAtEnd: number;
  readonly versions: Readonly<Record<string, string>>;
}

const oneMinuteLoad = (): number => Number((loadavg()[0] ?? 0).toFixed(1));

/** What is known at the start; call the result at the end. */
export const describeMachine = (versions: Readonly<Record<string, string>>): (() => Machine) => {
  const load = oneMinuteLoad();
  return () => ({
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()} ${arch()}`,
    load,
    loadAtEnd: oneMinuteLoad(),
    versions,
  });
};

/** The version of a dependency of ours, from its package.json. */
export const versionOf = (name: string): string => {
  const require = createRequire(import.meta.url);
  const entry = require.resolve(name);
  // Not every package exports its package.json: it is looked for from the entry upwards.
  for (
    let folder = new URL('.', `file://${entry}`);
    folder.pathname !== '/';
    folder = new URL('..', folder)
  ) {
    try {
      const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === name && manifest.version !== undefined) return manifest.version;
    } catch {
      // No package.json here.
    }
  }
  return 'unknown';
};
