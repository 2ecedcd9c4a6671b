import type * as z from 'zod';

const words: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** What would have been right, to stand after `expected`; `undefined` where the schema's own message says it. */
export const expectation: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return words[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `a number from ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `a text of up to ${issue.maximum} characters`
        : `a number up to ${issue.maximum}`;
    default:
      return undefined;
  }
};
