import { OptionError } from '@memvisor/supervisor';
import type { z } from 'zod';

/**
 * Checks a value against a strict schema, whose issues carry the expectation as their message.
 *
 * @throws {OptionError} Naming the first option that is wrong or unknown.
 */
export const checkOptions = <Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])];
  throw new OptionError(
    path.join('.') || 'config',
    valueAt(given, path),
    unknownKey === undefined ? (issue?.message ?? 'something else') : 'no option of this name',
  );
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
