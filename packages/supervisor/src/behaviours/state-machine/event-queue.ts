/** A list that is taken from at its front, shared between versions: taking and adding copy nothing. */
export type List<T> = { readonly first: T; readonly rest: List<T>; readonly length: number } | undefined;

export const push = <T>(first: T, rest: List<T>): List<T> => ({ first, rest, length: lengthOf(rest) + 1 });

export const lengthOf = (list: List<unknown>): number => list?.length ?? 0;

/** Puts `reversed`, last first, in front of `list`: OTP's `lists:reverse/2`. */
export const reverseOnto = <T>(reversed: List<T>, list: List<T>): List<T> => {
  let result = list;
  for (let at = reversed; at !== undefined; at = at.rest) result = push(at.first, result);
  return result;
};

/** The list's items, first to last. */
export function* items<T>(list: List<T>): Generator<T> {
  for (let at = list; at !== undefined; at = at.rest) yield at.first;
}
