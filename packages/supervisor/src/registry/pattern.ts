import { isPlain, sameValue } from './canonical-key.js';

/** Matches any value: `:_` in Elixir. */
export const anything: Anything = Object.freeze({ pattern: 'anything' } as const);
/** The type of {@link anything}. */
export interface Anything {
  readonly pattern: 'anything';
}

/** Matches any value and gives it a name for the guards: `:"$1"` in Elixir. Made by {@link variable}. */
export class Variable {
  constructor(readonly variable: string | number) {}
}

/**
 * A pattern variable. Used twice in one pattern, it matches equal values only.
 *
 * @example
 * registry.match('players', { score: variable('s') }, [['>', variable('s'), 100]]);
 */
export const variable = (name: string | number): Variable => new Variable(name);

/**
 * What values are matched against: a value of the same shape in which {@link anything} or a
 * {@link variable} may stand anywhere. Arrays match arrays of the same length; an object matches objects
 * that have all its fields, and perhaps more, as Elixir's maps do.
 */
export type Pattern<Value> =
  | Anything
  | Variable
  | (unknown extends Value
      ? unknown
      : Value extends readonly unknown[]
        ? { readonly [I in keyof Value]: Pattern<Value[I]> }
        : Value extends
              | ((...args: never) => unknown)
              | string
              | number
              | bigint
              | boolean
              | symbol
              | null
              | undefined
          ? Value
          : Value extends object
            ? { readonly [Name in keyof Value]?: Pattern<Value[Name]> }
            : Value);

/** The values that variables have got. */
export type Bindings = Map<string | number, unknown>;

/** Whether `value` fits `pattern`; puts variables into `bindings`. */
export const fits = (pattern: unknown, value: unknown, bindings: Bindings): boolean => {
  if (pattern === anything) return true;
  if (pattern instanceof Variable) {
    if (bindings.has(pattern.variable)) return sameValue(bindings.get(pattern.variable), value);
    bindings.set(pattern.variable, value);
    return true;
  }
  if (Array.isArray(pattern))
    return (
      Array.isArray(value) &&
      value.length === pattern.length &&
      pattern.every((part, at) => fits(part, value[at], bindings))
    );
  if (typeof pattern === 'object' && pattern !== null && isPlain(pattern))
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.entries(pattern).every(
        ([name, part]) =>
          Object.hasOwn(value, name) &&
          fits(part, (value as { readonly [name: string]: unknown })[name], bindings),
      )
    );
  return sameValue(pattern, value);
};
