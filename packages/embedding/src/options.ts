import { OptionError } from '@memvisor/supervisor';
import * as z from 'zod';

/** Checks options against a strict schema, whose issues carry the expectation as their message. */
export const checkOptions = <T>(schema: z.ZodType<T>, options: unknown): T => {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])];
  throw new OptionError(
    path.join('.') || 'options',
    valueAt(options, path),
    unknownKey === undefined ? (issue?.message ?? 'something else') : 'no option of this name',
  );
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );

/** An integer option between two bounds, both allowed. */
export const integer = (from: number, to: number): z.ZodNumber => {
  const error = `an integer from ${from} to ${to}`;
  return z.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};
