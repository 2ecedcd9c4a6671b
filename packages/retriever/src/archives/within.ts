/** What {@link within} gives for a promise that takes too long. */
export const timedOut = Symbol('timed out');

/** A promise's value, or that it took longer than `milliseconds`; the promise itself goes on. */
export const within = async <Value>(
  promise: Promise<Value>,
  milliseconds: number,
): Promise<Value | typeof timedOut> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof timedOut>((resolve) => {
    timer = setTimeout(() => resolve(timedOut), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
