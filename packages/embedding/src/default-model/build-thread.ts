// Builds the default model on a worker thread: a quarter of a second of computing.
import { serveParent } from '@memvisor/supervisor/child';
import { buildDefaultModel } from './build.js';
import type { Precision } from './matrices.js';

serveParent(({ folder, precision }: { folder: string; precision: Precision }) =>
  buildDefaultModel(folder, precision),
);
