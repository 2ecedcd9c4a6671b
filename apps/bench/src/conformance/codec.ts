import {
  type AnyPid,
  type ExitReason,
  isCallFailed,
  isCrash,
  isShutdown,
  type MonitorRef,
} from '@memvisor/supervisor';
import { encodeCrash } from './elixir-errors.js';
import { encodeTagged } from './tagged-reasons.js';
import {
  Binary,
  byBytes,
  ChildRecord,
  canonical,
  isPlain,
  isTagged,
  type Json,
  type JsonObject,
  Raw,
  Script,
  type Term,
  TermMap,
  Tuple,
} from './terms.js';
import type { World } from './world.js';

/** Turns the JSON of programs into terms, and terms into the JSON of traces. */
export interface Codec {
  decode(json: Json): Term;
  encode(term: Term): Json;
  /** A term as the runtime's exit reason. */
  reason(json: Json): ExitReason;
}

export const codec = (world: World): Codec => {
  const decode = (json: Json): Term => {
    if (typeof json === 'string') return json.startsWith(':') ? atom(json.slice(1)) : new Binary(json);
    if (Array.isArray(json)) return json.map(decode);
    return isPlain(json) ? decodeObject(json, decode, world) : (json as Term);
  };
  const encode = (term: Term): Json => {
    if (typeof term === 'string') return `:${term}`;
    if (Array.isArray(term)) return term.map(encode);
    return typeof term === 'object' && term !== null ? encodeObject(term, encode, world) : (term as Json);
  };
  return { decode, encode, reason: (json) => asReason(decode(json)) };
};

const atom = (name: string): Term => {
  if (name === 'true') return true;
  if (name === 'false') return false;
  if (name === 'nil') return null;
  return name.startsWith('Elixir.') ? name.slice('Elixir.'.length) : name;
};

const decodeObject = (json: JsonObject, decode: (json: Json) => Term, world: World): Term => {
  if ('t' in json) return new Tuple(...(json.t as readonly Json[]).map(decode));
  if ('m' in json) return decodeMap(json.m as readonly (readonly [Json, Json])[], decode, world);
  if ('b' in json) return new Binary(json.b as string);
  if ('pid' in json) return world.pidOf(json.pid as string);
  if ('ref' in json) return world.refOf(json.ref as string);
  return new Script(json.script as readonly Json[]);
};

const decodeMap = (
  pairs: readonly (readonly [Json, Json])[],
  decode: (json: Json) => Term,
  world: World,
): TermMap => {
  const map = new TermMap();
  for (const [key, value] of pairs) {
    const term = decode(key);
    map.entries.set(canonical(world.codec.encode(term)), [term, decode(value)]);
  }
  return map;
};

/** `{shutdown, Detail}` is the one tuple that the runtime itself reads. */
export const asReason = (term: Term): ExitReason =>
  isTagged(term, 'shutdown', 2) ? { kind: 'shutdown', detail: term.items[1] } : (term as ExitReason);

const encodeObject = (term: object, encode: (term: Term) => Json, world: World): Json => {
  if (term instanceof Tuple) return encodeTuple(term, encode);
  if (term instanceof Binary) return term.text.startsWith(':') ? { b: term.text } : term.text;
  if (term instanceof TermMap) return encodeMap(term, encode);
  if (term instanceof Script) return ':script';
  if (term instanceof Error) return encodeCrash(term, encode);
  if (term instanceof Raw) return term.json;
  if (term instanceof ChildRecord) return { child: encode(term.id) };
  if ('id' in term && 'system' in term) return { pid: world.labelOf(term as AnyPid) ?? '?' };
  if ('target' in term) return { ref: world.refLabelOf(term as MonitorRef) ?? '?' };
  return encodeReason(term as ExitReason, encode);
};

const encodeReason = (reason: ExitReason, encode: (term: Term) => Json): Json => {
  if (isCrash(reason)) return { crash: encodeCrash(reason.error, encode) };
  if (isCallFailed(reason)) return { t: [encode(reason.reason), { mfa: reason.operation }] };
  if (isShutdown(reason) && typeof reason === 'object')
    return { t: [':shutdown', encode(reason.detail as Term)] };
  return encodeTagged(reason as { readonly kind: string }, encode);
};

/** The modules whose `{Mod, fun, Args}` is told apart from other tuples. */
const apiModules = ['GenServer', 'gen_statem', 'gen_server', 'gen', 'sys', 'Supervisor', 'DynamicSupervisor'];

const encodeTuple = (tuple: Tuple, encode: (term: Term) => Json): Json => {
  const [first, second] = tuple.items as readonly [Term?, Term?];
  if (tuple.items.length === 2 && second !== undefined && isMfa(second))
    return { t: [encode(first as Term), { mfa: `${second.items[0]}.${second.items[1]}` }] };
  return { t: tuple.items.map(encode) };
};

const isMfa = (term: Term): term is Tuple =>
  term instanceof Tuple &&
  term.items.length === 3 &&
  apiModules.includes(term.items[0] as string) &&
  typeof term.items[1] === 'string' &&
  Array.isArray(term.items[2]);

const encodeMap = (map: TermMap, encode: (term: Term) => Json): Json => ({
  m: [...map.entries]
    .map(([, [key, value]]) => [encode(key), encode(value)] as const)
    .sort((a, b) => byBytes(canonical(a[0]), canonical(b[0]))),
});
