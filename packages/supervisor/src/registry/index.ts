// Registries: names that keep themselves up to date.
export {
  type Defined,
  DuplicateRegistry,
  defineRegistry,
  type RegistryDefinition,
  type RegistryOptions,
  registryNamed,
  UniqueRegistry,
} from './define-registry.js';
export type { RegisterMessage, RegistryEntry, RegistryKeys, UnregisterMessage } from './entry.js';
export type { Guard, GuardOperator } from './guards.js';
export { type Anything, anything, type Pattern, Variable, variable } from './pattern.js';
export {
  type AlreadyRegistered,
  type EntryFilter,
  type Owner,
  type Registered,
  Registry,
  type ValueArgument,
  type ValueFilter,
} from './registry.js';
