import type { ChildFault } from '../play-child.js';

/** Faults of the whole Node process: the build runs in a child Node, as a program of its own. */
export const nodeFaults: readonly ChildFault[] = [
  {
    name: 'sigint',
    how: 'SIGINT to the Node process that builds',
    holds: 'an ordered shutdown within its time; exit code 0',
    signal: 'SIGINT',
    exitCode: 0,
  },
  {
    name: 'sigterm',
    how: 'SIGTERM to the Node process that builds',
    holds: 'an ordered shutdown within its time; exit code 0',
    signal: 'SIGTERM',
    exitCode: 0,
  },
  {
    name: 'node_killed',
    how: 'SIGKILL to the Node process that builds',
    holds: 'what it had started ends by itself; what it had written is removed by the next build',
    signal: 'SIGKILL',
    exitCode: undefined,
  },
];
