import { ArgumentError } from '../process/errors.js';
import { Process } from '../process/process.js';
import { sameValue } from './canonical-key.js';
import { compare, isAtom, isMap } from './order.js';
import { type Bindings, Variable } from './pattern.js';

/** Comparisons and arithmetic of guards, named as in Erlang's match specifications. */
export type GuardOperator =
  | '=='
  | '/='
  | '=:='
  | '=/='
  | '<'
  | '=<'
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | 'div'
  | 'rem'
  | 'abs'
  | 'and'
  | 'or'
  | 'xor'
  | 'not'
  | 'andalso'
  | 'orelse'
  | 'element'
  | 'tuple_size'
  | 'is_atom'
  | 'is_binary'
  | 'is_number'
  | 'is_integer'
  | 'is_string'
  | 'is_boolean'
  | 'is_list'
  | 'is_tuple'
  | 'is_map'
  | 'is_pid';

/**
 * A condition on a pattern's variables: `[operator, ...operands]`, where an operand is a variable, a plain
 * value or another guard; or a function of the variables' values. A guard that fails, by comparing what
 * can't be added up for instance, does not match. Arrays as values are written `['const', value]`.
 *
 * @example
 * const guards: Guard[] = [['andalso', ['>', variable(1), 10], ['is_integer', variable(1)]]];
 */
export type Guard =
  | readonly [operator: GuardOperator, ...operands: readonly unknown[]]
  | readonly [operator: 'const', value: unknown]
  | ((values: { readonly [variable: string]: unknown }) => boolean);

/** Whether all guards hold. */
export const guardsHold = (guards: readonly Guard[], bindings: Bindings): boolean =>
  guards.every((guard) => {
    if (typeof guard === 'function') return guard(Object.fromEntries(bindings));
    try {
      return evaluate(guard, bindings) === true;
    } catch (thrown) {
      if (thrown instanceof GuardFails) return false;
      throw thrown;
    }
  });

/** Throws an `ArgumentError` for an unknown operator, a wrong number of operands or an unbound variable. */
export const checkGuards = (guards: readonly Guard[], bound: ReadonlySet<string | number>): void => {
  for (const guard of guards) if (typeof guard !== 'function') checkOperand(guard, bound);
};

class GuardFails extends Error {}

const checkOperand = (operand: unknown, bound: ReadonlySet<string | number>): void => {
  if (operand instanceof Variable && !bound.has(operand.variable))
    throw new ArgumentError(`guard: the pattern has no variable ${JSON.stringify(operand.variable)}`);
  if (!Array.isArray(operand) || operand[0] === 'const') return;
  const [operator, ...operands] = operand as [string, ...unknown[]];
  const arities = arity[operator];
  if (arities === undefined || operands.length !== arities)
    throw new ArgumentError(
      arities === undefined
        ? `guard: unknown operator ${JSON.stringify(operator)}; an array as a value is written ['const', value]`
        : `guard: ${operator} takes ${arities} operand(s), got ${operands.length}`,
    );
  for (const part of operands) checkOperand(part, bound);
};

const evaluate = (operand: unknown, bindings: Bindings): unknown => {
  if (operand instanceof Variable) return bindings.get(operand.variable);
  if (!Array.isArray(operand)) return operand;
  const [operator, left, right] = operand as [string, unknown, unknown];
  if (operator === 'const') return left;
  if (operator === 'andalso') return truth(evaluate(left, bindings)) && truth(evaluate(right, bindings));
  if (operator === 'orelse') return truth(evaluate(left, bindings)) || truth(evaluate(right, bindings));
  const a = evaluate(left, bindings);
  const one = unary[operator];
  return one !== undefined ? one(a) : binary[operator]?.(a, evaluate(right, bindings));
};

const truth = (value: unknown): boolean => {
  if (typeof value !== 'boolean') throw new GuardFails();
  return value;
};

const number = (value: unknown): number => {
  if (typeof value !== 'number') throw new GuardFails();
  return value;
};

const integer = (value: unknown): number => {
  if (!Number.isInteger(value)) throw new GuardFails();
  return value as number;
};

const both = (a: unknown, b: unknown, combine: (a: boolean, b: boolean) => boolean): boolean =>
  combine(truth(a), truth(b));

const array = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw new GuardFails();
  return value;
};

/** Counts from 1, as Erlang's `element/2`. */
const elementOf = (at: unknown, value: unknown): unknown => {
  const items = array(value);
  const index = integer(at) - 1;
  if (!(index in items)) throw new GuardFails();
  return items[index];
};

const divisor = (value: unknown): number => {
  if (number(value) === 0) throw new GuardFails();
  return value as number;
};

const unary: { readonly [operator: string]: ((a: unknown) => unknown) | undefined } = {
  abs: (a) => Math.abs(number(a)),
  not: (a) => !truth(a),
  tuple_size: (a) => array(a).length,
  // As Erlang has it, booleans are atoms; so are null and undefined.
  is_atom: isAtom,
  is_binary: (a) => typeof a === 'string',
  is_number: (a) => typeof a === 'number',
  is_integer: (a) => Number.isInteger(a),
  is_string: (a) => typeof a === 'string',
  is_boolean: (a) => typeof a === 'boolean',
  is_list: (a) => Array.isArray(a),
  is_tuple: (a) => Array.isArray(a),
  is_map: isMap,
  is_pid: (a) => a instanceof Process,
};

const binary: { readonly [operator: string]: ((a: unknown, b: unknown) => unknown) | undefined } = {
  '==': sameValue,
  '=:=': sameValue,
  '/=': (a, b) => !sameValue(a, b),
  '=/=': (a, b) => !sameValue(a, b),
  '<': (a, b) => compare(a, b) < 0,
  '=<': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
  '+': (a, b) => number(a) + number(b),
  '-': (a, b) => number(a) - number(b),
  '*': (a, b) => number(a) * number(b),
  '/': (a, b) => number(a) / divisor(b),
  div: (a, b) => Math.trunc(integer(a) / divisor(integer(b))),
  rem: (a, b) => integer(a) % divisor(integer(b)),
  // Both sides must be booleans, unlike those of `andalso` and `orelse`.
  and: (a, b) => both(a, b, (x, y) => x && y),
  or: (a, b) => both(a, b, (x, y) => x || y),
  xor: (a, b) => both(a, b, (x, y) => x !== y),
  element: (at, a) => elementOf(at, a),
};

const arity: { readonly [operator: string]: number | undefined } = Object.fromEntries([
  ...Object.keys(unary).map((operator) => [operator, 1] as const),
  ...[...Object.keys(binary), 'andalso', 'orelse'].map((operator) => [operator, 2] as const),
]);
