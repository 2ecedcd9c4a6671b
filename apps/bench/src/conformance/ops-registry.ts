import {
  defineRegistry,
  type Guard,
  OptionError,
  type RegistryEntry,
  registryNamed,
} from '@memvisor/supervisor';
import { badarg, ElixirException, ErlangError, functionClause, InvalidProgram } from './elixir-errors.js';
import type { OpContext, Operation } from './exec.js';
import { type Steps, wait } from './generators.js';
import { startTerm } from './ops-server.js';
import { pidTerm } from './refs.js';
import { plainPattern, plainValue, termOf } from './registry-values.js';
import { byBytes, canonical, error, isAtom, type Json, ok, type Term, Tuple } from './terms.js';

function* start(op: OpContext): Steps<Term> {
  const { world } = op;
  const definition = define(op);
  const started = yield* wait(op.ctx.startLink(definition as never, undefined as never));
  if (started.ok) world.bind(op.text('as'), started.pid, false);
  return startTerm(started);
}

const define = (op: OpContext) => {
  const listeners = (op.op.listeners ?? []) as readonly string[];
  try {
    return defineRegistry({
      name: op.term('name') as string,
      keys: op.term('keys') as 'unique',
      ...(op.has('partitions') ? { partitions: op.op.partitions as number } : {}),
      listeners: listeners.map((name) => name.slice(1)),
      system: op.world.system,
    });
  } catch (thrown) {
    throw thrown instanceof OptionError ? new ElixirException('ArgumentError') : thrown;
  }
};

type Arguments = readonly Term[];
type Entries = readonly Pick<RegistryEntry, 'pid' | 'value'>[];

/** One function of the registry, with what it needs. */
class Call {
  readonly registry;
  constructor(
    readonly op: OpContext,
    readonly args: Arguments,
  ) {
    this.registry = registryNamed(op.term('registry') as string, op.world.system);
  }

  key(at = 0): unknown {
    return plainValue(this.args[at] as Term);
  }

  pid(at: number) {
    return pidTerm(this.args[at] as Term);
  }

  pattern(): unknown {
    return plainPattern(this.args[1] as Term);
  }

  guards(): readonly Guard[] {
    return ((this.args[2] ?? []) as readonly Term[]).map(guard);
  }

  entries(found: Entries): Term {
    return this.sorted(this.unsorted(found));
  }

  unsorted(found: Entries): readonly Term[] {
    return found.map(({ pid, value }) => new Tuple(pid, termOf(this.op.world, value)));
  }

  sorted(terms: readonly Term[]): Term {
    const { encode } = this.op.world.codec;
    return terms
      .map((term) => ({ term, text: canonical(encode(term)) }))
      .sort((a, b) => byBytes(a.text, b.text))
      .map(({ term }) => term);
  }
}

/** A guard of a match specification: `{:>, :"$1", 1}`, tuples in tuples. */
const guard = (term: Term): Guard => {
  if (!(term instanceof Tuple)) return ['const', plainPattern(term)];
  return [term.items[0] as string, ...term.items.slice(1).map(operand)] as never;
};

const operand = (term: Term): unknown => {
  if (!(term instanceof Tuple)) return plainPattern(term);
  const [first, ...rest] = term.items as readonly [Term, ...Term[]];
  // A tuple of values is written as a tuple in a tuple.
  if (term.items.length === 1 && first instanceof Tuple) return ['const', plainValue(first)];
  return [first, ...rest.map(first === 'const' ? plainValue : operand)];
};

const metaKey = (term: Term): string => {
  if (!isAtom(term) && !(term instanceof Tuple)) throw functionClause();
  return isAtom(term) ? String(term) : JSON.stringify(plainText(term));
};

/** Metadata keys are texts here; a tuple becomes one that no atom has. */
const plainText = (term: Term): Json =>
  term instanceof Tuple ? { t: term.items.map(plainText) } : (String(term) as Json);

const functions: { readonly [name: string]: { readonly arity: readonly number[]; run(call: Call): Term } } = {
  register: {
    arity: [2],
    run: (c) => {
      const result = c.registry.register(c.op.ctx, c.key(), c.key(1));
      return result.ok ? ok(result.partition) : error(new Tuple('already_registered', result.pid));
    },
  },
  unregister: {
    arity: [1],
    run: (c) => {
      c.registry.unregister(c.op.ctx, c.key());
      return 'ok';
    },
  },
  lookup: { arity: [1], run: (c) => c.entries(c.registry.lookup(c.key())) },
  keys: {
    arity: [1],
    run: (c) => c.sorted(c.registry.keys(c.pid(0)).map((key) => termOf(c.op.world, key))),
  },
  values: {
    arity: [2],
    run: (c) => c.sorted(c.registry.values(c.key(), c.pid(1)).map((value) => termOf(c.op.world, value))),
  },
  count: { arity: [0], run: (c) => c.registry.count() },
  match: {
    arity: [2, 3],
    run: (c) => c.entries(c.registry.match(c.key(), c.pattern(), c.guards())),
  },
  count_match: {
    arity: [2, 3],
    run: (c) => c.registry.countMatch(c.key(), c.pattern(), c.guards()),
  },
  unregister_match: {
    arity: [2, 3],
    run: (c) => {
      c.registry.unregisterMatch(c.op.ctx, c.key(), c.pattern(), c.guards());
      return 'ok';
    },
  },
  put_meta: {
    arity: [2],
    run: (c) => {
      c.registry.putMeta(metaKey(c.args[0] as Term), c.args[1]);
      return 'ok';
    },
  },
  meta: {
    arity: [1],
    run: (c) => {
      const key = metaKey(c.args[0] as Term);
      return c.registry.hasMeta(key) ? ok(c.registry.meta(key) as Term) : 'error';
    },
  },
  delete_meta: {
    arity: [1],
    run: (c) => {
      c.registry.deleteMeta(metaKey(c.args[0] as Term));
      return 'ok';
    },
  },
  dispatch: {
    arity: [1],
    run: (c) => {
      const found: RegistryEntry[] = [];
      c.registry.dispatch(c.key(), (entries) => found.push(...entries));
      return ok(c.entries(found));
    },
  },
  update_value: {
    arity: [2],
    run: (c) => {
      const result = c.registry.updateValue(c.op.ctx, c.key(), (value) => sum(value, c.args[1] as Term));
      if (!result.ok) return 'error';
      return new Tuple(termOf(c.op.world, result.value), termOf(c.op.world, result.previous));
    },
  },
  whereis_name: { arity: [1], run: (c) => c.registry.whereis(c.key()) ?? 'undefined' },
  register_name: {
    arity: [1],
    run: (c) => (c.registry.register(c.op.ctx, c.key(), null).ok ? 'yes' : 'no'),
  },
  unregister_name: {
    arity: [1],
    run: (c) => {
      c.registry.unregister(c.op.ctx, c.key());
      return 'ok';
    },
  },
  via_send: {
    arity: [2],
    run: (c) => {
      const found = c.registry.lookup(c.key());
      const [entry] = found;
      if (entry === undefined) throw badarg();
      // As Elixir's, it takes what it finds; with duplicate keys that may be too much.
      if (found.length > 1) throw new ErlangError(new Tuple('case_clause', c.unsorted(found)));
      c.op.ctx.send(entry.pid as never, c.args[1] as never);
      return 'ok';
    },
  },
};

const sum = (value: unknown, n: Term): number => {
  if (typeof value !== 'number' || typeof n !== 'number') throw new ErlangError('badarith');
  return value + n;
};

const call = (op: OpContext): Term => {
  const name = op.text('fn');
  const called = functions[name];
  if (called === undefined) throw new InvalidProgram(`unknown registry function "${name}"`);
  const args = ((op.op.args ?? []) as readonly Json[]).map(op.world.codec.decode);
  if (!called.arity.includes(args.length))
    throw new InvalidProgram(`registry function "${name}" doesn't take ${args.length} arguments`);
  return called.run(new Call(op, args));
};

export const registryOps: { readonly [op: string]: Operation } = { reg_start: start, reg: call };
