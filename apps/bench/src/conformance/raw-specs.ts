import type { ChildSpec } from '@memvisor/supervisor';
import { ElixirException, ErlangError } from './elixir-errors.js';
import { type Term, TermMap, Tuple } from './terms.js';
import type { World } from './world.js';

const originals = new WeakMap<object, Term>();

/** The term that a raw child spec was made from. */
export const originalSpec = (spec: unknown): Term =>
  (typeof spec === 'object' && spec !== null ? originals.get(spec) : undefined) ?? (spec as Term);

/** The fields of a map whose keys are atoms. */
export const mapFields = (map: TermMap): ReadonlyMap<Term, Term> => new Map(map.entries.values());

/** What `Supervisor.child_spec/2` lets through: a map or an old-style tuple. */
export const startedSpec = (world: World, term: Term, dynamic: boolean): ChildSpec => {
  const isMap = term instanceof TermMap;
  // A list is what a simple_one_for_one supervisor once took; it gets as far as the supervisor.
  const passes =
    isMap || (term instanceof Tuple && term.items.length === 6) || (!dynamic && Array.isArray(term));
  if (!passes) throw new ElixirException('ArgumentError');
  if (isMap && dynamic) checkType(mapFields(term));
  return rawSpec(world, term, dynamic);
};

/** Elixir finds the default shutdown with a `case` that knows two types only. */
const checkType = (fields: ReadonlyMap<Term, Term>): void => {
  const type = fields.get('type') ?? 'worker';
  if (!fields.has('id') || !isTriple(fields.get('start') ?? null)) return;
  if (type !== 'worker' && type !== 'supervisor') throw new ErlangError(new Tuple('case_clause', type));
};

/** A child spec that a program gives as a raw term; it may be wrong in every way. */
export const rawSpec = (world: World, term: Term, dynamic: boolean): ChildSpec => {
  const given = fieldsOf(term);
  if (given === undefined) return term as never;
  const spec: { [field: string]: unknown } = {};
  for (const [field, value] of given) {
    if (field === 'start') {
      // Elixir's DynamicSupervisor looks at the form of `start` before anything else.
      if (!dynamic || term instanceof Tuple || isTriple(value)) spec.start = startFunction(value);
    } else if (typeof field === 'string') spec[field] = field === 'id' ? world.intern(value) : value;
  }
  originals.set(spec, term);
  return spec as never;
};

const oldStyle = ['id', 'start', 'restart', 'shutdown', 'type', 'modules'];

const fieldsOf = (term: Term): ReadonlyMap<Term, Term> | undefined => {
  if (term instanceof TermMap) return mapFields(term);
  if (!(term instanceof Tuple) || term.items.length !== oldStyle.length) return undefined;
  return new Map(oldStyle.map((field, i) => [field, term.items[i] as Term]));
};

const isTriple = (term: Term): term is Tuple => term instanceof Tuple && term.items.length === 3;

/** `{Module, Function, Arguments}`: no program names one that exists. */
const startFunction = (term: Term): unknown => {
  if (!isTriple(term)) return term;
  const [module, name, args] = term.items;
  if (typeof module !== 'string' || typeof name !== 'string' || !Array.isArray(args)) return term;
  return () => {
    throw new ErlangError('undef');
  };
};
