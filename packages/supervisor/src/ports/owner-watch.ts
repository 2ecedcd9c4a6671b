/** A process that owns a port. */
export type Owner = object;

/** Calls `died` once when the owner is gone. @returns what ends the watch */
export const watchOwner =
  (_owner: Owner | undefined, _died: () => void): (() => void) =>
  () => {};
