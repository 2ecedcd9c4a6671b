/**
 * A caller's mistake: an option that can not be used. Thrown before anything is started.
 * The message names option, value and what was expected.
 */
export class OptionError extends TypeError {
  override readonly name = 'OptionError';
  readonly option: string;
  readonly value: unknown;
  readonly expected: string;

  constructor(option: string, value: unknown, expected: string) {
    super(`${option} is ${show(value)}; expected ${expected}`);
    this.option = option;
    this.value = value;
    this.expected = expected;
  }
}

const show = (value: unknown): string =>
  typeof value === 'string'
    ? JSON.stringify(value)
    : typeof value === 'object'
      ? typeof value
      : String(value);
