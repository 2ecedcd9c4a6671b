import * as z from 'zod';

/** A whole number between two bounds, both allowed. */
export const integer = (from: number, to: number): z.ZodNumber => {
  const error = `an integer from ${from} to ${to}`;
  return z.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};

/** A group of options; others than these are an error. */
export const section = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'an object') });
