import type { AnyPid, ObservedTree } from '@memvisor/supervisor';
import type { Row, TreeUpdate } from './messages.js';

/** What a row stands for. */
export interface Place {
  readonly pid: AnyPid | undefined;
  readonly owner: AnyPid | undefined;
  readonly childId: unknown;
}

/** The forest as rows from top to bottom, with the place of each. */
export const rowsOf = (forest: readonly ObservedTree[]): { rows: Row[]; places: Map<string, Place> } => {
  const rows: Row[] = [];
  const places = new Map<string, Place>();
  // A stack of our own: processes that start one another make deep trees.
  const open = forest.map((node) => ({ node, level: 1 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, level } = next;
    const id = node.pid === undefined ? `${node.owner}/${String(node.childId)}` : String(node.pid);
    places.set(id, { pid: node.pid, owner: node.owner, childId: node.childId });
    rows.push({
      id,
      level,
      title: titleOf(node),
      kind: node.kind,
      pid: node.pid === undefined ? undefined : String(node.pid),
      status: node.status,
      mailbox: node.mailbox,
      restarts: node.restarts,
      children: node.children.length,
      omitted: node.omitted,
    });
    for (const child of node.children.toReversed()) open.push({ node: child, level: level + 1 });
  }
  return { rows, places };
};

const titleOf = ({ name, childId, label, kind }: ObservedTree): string =>
  name ?? (typeof childId === 'string' ? childId : undefined) ?? label ?? kind ?? 'a child';

const sameRow = (a: Row, b: Row): boolean =>
  (Object.keys(a) as (keyof Row)[]).every((field) => a[field] === b[field]);

/** What a page that knows `before` must be told to know `rows`; `undefined` where it is nothing. */
export const changes = (
  before: ReadonlyMap<string, Row>,
  rows: readonly Row[],
): Pick<TreeUpdate, 'rows' | 'order'> | undefined => {
  const changed = rows.filter((row) => {
    const known = before.get(row.id);
    return known === undefined || !sameRow(known, row);
  });
  const ids = [...before.keys()];
  const moved = ids.length !== rows.length || rows.some(({ id }, at) => id !== ids[at]);
  if (!moved && changed.length === 0) return undefined;
  return moved ? { rows: changed, order: rows.map(({ id }) => id) } : { rows: changed };
};
