// Reads a heap snapshot of V8 and prints what is in it as one JSON object. A process of its own: parsing takes ten
// times the memory of what is looked at. Its one argument is the file.
import { readFileSync } from 'node:fs';
import type { HeapContent } from './content.js';

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly unknown[] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

const { snapshot, nodes, strings }: Snapshot = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const { node_fields: fields, node_types: kinds } = snapshot.meta;
const [typeAt, nameAt, sizeAt] = ['type', 'name', 'self_size'].map((name) => fields.indexOf(name)) as [
  number,
  number,
  number,
];
const types = kinds[typeAt] as readonly string[];

/** What V8 learns of a program as it runs: its code, and the shapes of objects. All else are a program's values. */
const isEngine = (type: string, name: string): boolean =>
  type === 'code' || type === 'object shape' || (type === 'hidden' && name === 'system / WeakArrayList');

let dataBytes = 0;
let engineBytes = 0;
const counts = new Map<string, number>();
for (let at = 0; at < nodes.length; at += fields.length) {
  const type = types[nodes[at + typeAt] ?? 0] ?? '';
  const name = strings[nodes[at + nameAt] ?? 0] ?? '';
  const size = nodes[at + sizeAt] ?? 0;
  if (isEngine(type, name)) {
    engineBytes += size;
    continue;
  }
  dataBytes += size;
  const key = type.endsWith('string') ? 'string' : `${type} ${name.slice(0, 60)}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
const most = [...counts].sort(([, one], [, other]) => other - one).slice(0, 60);
const content: HeapContent = { dataBytes, engineBytes, counts: Object.fromEntries(most) };
process.stdout.write(JSON.stringify(content));
