import { OptionError } from '../process/errors.js';

/** Longest delay that Node's timers keep; beyond it they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A span of time in milliseconds, `Infinity` for no limit. */
export const checkMs = (option: string, value: number): number => {
  if (value === Number.POSITIVE_INFINITY) return value;
  if (!(value >= 0 && value <= LONGEST_TIMER_MS))
    throw new OptionError(option, value, `milliseconds from 0 to ${LONGEST_TIMER_MS}, or Infinity`);
  return value;
};

export const checkInteger = (option: string, value: number, from: number, to: number): number => {
  if (!(Number.isInteger(value) && value >= from && value <= to))
    throw new OptionError(option, value, `a whole number from ${from} to ${to}`);
  return value;
};
