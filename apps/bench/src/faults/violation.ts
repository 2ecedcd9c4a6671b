/** Something that must hold and does not. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Ends the round with a violation unless it holds. */
export const mustHold = (holds: boolean, what: string): void => {
  if (!holds) throw new Violation(what);
};

/** The promise, or a violation when it takes longer: nothing may hang. */
export const within = async <Value>(ms: number, what: string, promise: Promise<Value>): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Violation(`${what}: not done after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
