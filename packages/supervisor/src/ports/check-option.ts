import { OptionError } from '../process/errors.js';
import { type AnyPid, processOf } from '../process/pid.js';
import { Process } from '../process/process.js';

/** A span of time in milliseconds, `Infinity` for no limit. */
export const checkMs = (option: string, value: number): number => {
  if (!(value >= 0)) throw new OptionError(option, value, 'milliseconds from 0 to Infinity');
  return value;
};

export const checkInteger = (option: string, value: number, from: number, to: number): number => {
  if (!(Number.isInteger(value) && value >= from && value <= to))
    throw new OptionError(option, value, `a whole number from ${from} to ${to}`);
  return value;
};

export const checkSignal = (signal: AbortSignal | undefined): void => {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new OptionError('signal', signal, 'an AbortSignal');
};

export const checkOwner = (owner: AnyPid | undefined): void => {
  if (owner !== undefined && !(processOf(owner) instanceof Process))
    throw new OptionError('owner', owner, 'a pid, such as ctx.self');
};
