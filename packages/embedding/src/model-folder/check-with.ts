import * as z from 'zod';

/** A check that throws what a schema found wrong, in one line. */
export const checkWith =
  <T>(schema: z.ZodType<T>) =>
  (value: unknown): T => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    return parsed.data;
  };
