import { registryNamed, type Via } from '@memvisor/supervisor';
import { functionClause } from './elixir-errors.js';
import { plainValue } from './registry-values.js';
import { type Term, Tuple } from './terms.js';
import type { World } from './world.js';

/** `{:via, :Registry, {Name, Key}}` or `{…, {Name, Key, Value}}`. */
export const via = (world: World, tuple: Tuple): Via => {
  const [, module, name] = tuple.items as readonly [Term, Term, Term];
  if (module !== 'Registry' || !(name instanceof Tuple)) throw functionClause();
  const [registry, key, value = null] = name.items as readonly [Term, Term, Term?];
  if (typeof registry !== 'string' || key === undefined || name.items.length > 3) throw functionClause();
  return registryNamed(registry, world.system).via(plainValue(key), plainValue(value)) as Via;
};
