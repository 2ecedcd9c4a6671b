import { stat } from 'node:fs/promises';
import { childSpec, describeReason, exited, Supervisor } from '@memvisor/supervisor';
import { CommandFailure, wrongUsage } from '../failure.js';
import { interruptible } from '../interrupt.js';
import { startRootTree } from '../root-tree.js';
import { Model } from '../serve/model.js';
import { pageServer } from '../serve/page-server.js';
import type { Workplace } from '../serve/work.js';
import { print, printable, printableJson } from '../terminal.js';

export interface ServeCommandOptions {
  readonly port: number;
  readonly json?: boolean;
}

/** `memvisor serve`: the application's processes, and a page on this machine that shows them at work. */
export const serveCommand = async (folder: string, { port, json }: ServeCommandOptions): Promise<void> => {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) throw wrongUsage(`${folder} is not a folder.`);
  const tree = await startRootTree();
  const model = new Model();
  try {
    await interruptible(async (signal) => {
      const url = await startPage(tree.pid, { folder, model }, port);
      await print(json === true ? printableJson({ url }) : `The observer page: ${url} (Ctrl-C ends it)`);
      const interrupted = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
      await Promise.race([
        interrupted,
        exited(tree.pid).then(() => {
          throw new CommandFailure('the root supervisor has ended, and all with it.');
        }),
      ]);
      throw new CommandFailure('interrupted; everything has been stopped in order');
    });
  } finally {
    await tree.stop();
    await model.close();
  }
};

const startPage = (
  root: Parameters<typeof Supervisor.startChild>[0],
  workplace: Workplace,
  port: number,
): Promise<string> =>
  new Promise((resolve, reject) => {
    // After a restart it must come back where open pages look for it.
    const options = {
      ...workplace,
      port,
      onListening: (actual: number) => {
        options.port = actual;
        resolve(`http://127.0.0.1:${actual}/`);
      },
    };
    const spec = childSpec(pageServer, options, { id: 'observer page' });
    void Supervisor.startChild(root, spec).then((started) => {
      if (started.ok) return;
      reject(
        new CommandFailure(
          printable(
            `the page can not listen on port ${port}${'reason' in started ? ` (${describeReason(started.reason)})` : ''}. Say another with --port, or 0 for any that is free.`,
          ),
        ),
      );
    }, reject);
  });
