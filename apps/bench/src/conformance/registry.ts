import type { Via } from '@memvisor/supervisor';
import { ElixirException } from './elixir-errors.js';
import type { Tuple } from './terms.js';
import type { World } from './world.js';

/** `{:via, :Registry, {Name, Key}}`. */
export const via = (_world: World, _tuple: Tuple): Via => {
  throw new ElixirException('ArgumentError');
};
