import { InvalidProgram } from '../conformance/elixir-errors.js';
import { checkProgram } from '../conformance/program.js';
import { isPlain, type Json, type JsonObject } from '../conformance/terms.js';

/** Smaller programs, the smallest first: parts of lists and fields of objects left out, one place at a time. */
export const smaller = (program: JsonObject): readonly JsonObject[] => {
  const candidates: { readonly program: JsonObject; readonly size: number }[] = [];
  for (const candidate of without(program)) {
    if (!isPlain(candidate) || !isValid(candidate)) continue;
    candidates.push({ program: candidate, size: JSON.stringify(candidate).length });
  }
  return candidates.sort((a, b) => a.size - b.size).map((one) => one.program);
};

const isValid = (program: JsonObject): boolean => {
  try {
    checkProgram(program);
    return true;
  } catch (error) {
    if (error instanceof InvalidProgram) return false;
    throw error;
  }
};

function* without(value: Json): Generator<Json> {
  if (Array.isArray(value)) yield* withoutItems(value);
  else if (isPlain(value)) yield* withoutFields(value);
}

function* withoutItems(list: readonly Json[]): Generator<Json> {
  for (let length = list.length; length >= 1; length = Math.floor(length / 2))
    for (let start = 0; start + length <= list.length; start += length)
      yield [...list.slice(0, start), ...list.slice(start + length)];
  for (const [i, item] of list.entries())
    for (const less of without(item)) yield [...list.slice(0, i), less, ...list.slice(i + 1)];
}

function* withoutFields(object: JsonObject): Generator<Json> {
  for (const [name, value] of Object.entries(object)) {
    const { [name]: _gone, ...rest } = object;
    yield rest;
    for (const less of without(value)) yield { ...object, [name]: less };
  }
}
