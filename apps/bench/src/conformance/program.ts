import type { Order } from './arrange.js';
import {
  atomText,
  bool,
  type Check,
  dictionary,
  either,
  fields,
  integer,
  list,
  millis,
  oneOf,
  script,
  term,
  text,
  words,
} from './checks.js';
import { InvalidProgram } from './elixir-errors.js';
import { isPlain, type Json, type JsonObject } from './terms.js';

/** One operation. Which fields it has depends on `op`; {@link checkProgram} has seen to that. */
export type Op = JsonObject & { readonly op: string };
/** A template of supervised children. */
export type ChildTemplate = JsonObject;
/** A table-driven state machine. */
export type Machine = JsonObject;

/** A program, checked. */
export interface Program {
  readonly order: Order;
  readonly children: { readonly [name: string]: ChildTemplate };
  readonly machines: { readonly [name: string]: Machine };
  readonly ops: readonly Op[];
}

const pid: Check = term;
const messageOps = { to: term, 'script?': script, 'msg?': term };

const supervisorOptions = {
  'strategy?': term,
  'max_restarts?': term,
  'max_seconds?': term,
};
const dynamicOptions = fields({
  ...supervisorOptions,
  'max_children?': term,
  'extra_arguments?': term,
});
const staticOptions = fields({ ...supervisorOptions, 'auto_shutdown?': term });
const startChild = { sup: term, 'child?': text, 'as?': text, 'spec?': term };

const serverFields = { 'init?': script, 'terminate?': script, 'on?': dictionary(script), 'trap?': bool };

const opFields: { readonly [op: string]: { readonly [field: string]: Check } } = {
  spawn: { as: text, 'trap?': bool, 'link?': bool, 'monitor?': text },
  trap: { value: bool },
  link: { to: pid },
  unlink: { to: pid },
  monitor: { to: term, as: text },
  demonitor: { ref: text, 'opts?': list(oneOf(':flush', ':info')) },
  exit: { to: pid, reason: term },
  exit_self: { reason: term },
  raise: { message: text },
  throw: { value: term },
  error: { reason: term },
  return: {},
  send: messageOps,
  sleep: { ms: millis },
  batch: { do: (value, path) => list(batchedOp)(value, path) },
  alive: { of: pid },
  links: { of: pid },
  monitors: { of: pid },
  register_name: { name: term, pid },
  unregister_name: { name: term },
  whereis: { name: term },
  wait: { ms: millis },

  start: { as: text, ...serverFields, 'name?': term, 'link?': bool, 'timeout?': millis },
  call: { ...messageOps, 'timeout?': millis },
  call_async: { as: text, ...messageOps, 'timeout?': millis },
  cast: messageOps,
  stop: { to: term, reason: term, 'timeout?': millis },

  sm_start: { as: text, machine: text, 'name?': term, 'link?': bool, 'timeout?': millis },
  sm_call: { to: term, msg: term, 'timeout?': millis },
  sm_call_async: { as: text, to: term, msg: term, 'timeout?': millis },
  sm_cast: { to: term, msg: term },
  sm_stop: { to: term, reason: term, 'timeout?': millis },
  encoder_start: {
    as: text,
    build: term,
    'build_ms?': millis,
    'index_name?': text,
    'name?': term,
    'link?': bool,
    'timeout?': millis,
  },

  ds_start: { as: text, 'options?': dynamicOptions, 'init?': term, 'name?': term },
  ds_start_child: startChild,
  ds_terminate_child: { sup: term, child: pid },
  ds_which_children: { sup: term },
  ds_count_children: { sup: term },
  sup_start: {
    as: text,
    'options?': staticOptions,
    'children?': list(text),
    'init?': term,
    'name?': term,
  },
  sup_start_child: startChild,
  sup_terminate_child: { sup: term, id: term },
  sup_restart_child: { sup: term, id: term },
  sup_delete_child: { sup: term, id: term },
  sup_which_children: { sup: term },
  sup_count_children: { sup: term },

  reg_start: {
    as: text,
    name: atomText,
    keys: term,
    'partitions?': integer,
    'listeners?': list(atomText),
  },
  reg: { registry: atomText, fn: text, 'args?': list(term) },
};

/** For these exactly one of the two fields must be there. */
const alternatives: { readonly [op: string]: readonly [string, string] } = {
  send: ['script', 'msg'],
  call: ['script', 'msg'],
  call_async: ['script', 'msg'],
  cast: ['script', 'msg'],
  ds_start: ['options', 'init'],
  sup_start: ['options', 'init'],
  ds_start_child: ['child', 'spec'],
  sup_start_child: ['child', 'spec'],
};

const opChecks = new Map(
  Object.entries(opFields).map(([op, shape]) => [
    op,
    fields({ op: oneOf(op), ...(op === 'wait' ? {} : { 'by?': text }), ...shape }),
  ]),
);

const checkOp: Check = (value, path) => {
  const name = isPlain(value) ? value.op : undefined;
  const check = typeof name === 'string' ? opChecks.get(name) : undefined;
  if (check === undefined) throw new InvalidProgram(`${path}: unknown op ${JSON.stringify(name)}`);
  check(value, path);
  const pair = alternatives[name as string];
  if (pair !== undefined && pair.filter((field) => field in (value as JsonObject)).length !== 1)
    throw new InvalidProgram(`${path}: expected one of "${pair[0]}" and "${pair[1]}"`);
};

const batchedOp: Check = (value, path) => {
  checkOp(value, path);
  if ((value as JsonObject).op === 'wait') throw new InvalidProgram(`${path}: no wait within a batch`);
};

const behaviour: Check = (value, path) => behaviours(value, path);
const behaviours = words('behaviour', {
  ok: [],
  ok_extra: [term],
  init: [script],
  ignore: [],
  error: [term],
  raw: [term],
  raise: [text],
  throw: [term],
  exit: [term],
  sleep: [millis, behaviour],
});

const childFields = {
  'restart?': term,
  'shutdown?': term,
  'type?': term,
  'significant?': term,
  'id?': term,
  'starts?': list(behaviour),
  'name?': term,
  ...serverFields,
};
const workerTemplate = fields(childFields);
const supervisorTemplate = fields({
  ...childFields,
  kind: oneOf('supervisor'),
  'options?': staticOptions,
  'children?': list(text),
});
const dynamicTemplate = fields({
  ...childFields,
  kind: oneOf('dynamic_supervisor'),
  'options?': dynamicOptions,
});
const template: Check = (value, path) => {
  const kind = isPlain(value) ? value.kind : undefined;
  if (kind === 'supervisor') supervisorTemplate(value, path);
  else if (kind === 'dynamic_supervisor') dynamicTemplate(value, path);
  else workerTemplate(value, path);
};

const timeoutMs = either(millis, oneOf('infinity'));
const action = words('action', {
  reply: [term],
  reply_data: [],
  reply_saved: [term],
  postpone: [],
  hibernate: [],
  next_event: [text, term],
  state_timeout: [timeoutMs, term],
  state_timeout_cancel: [],
  state_timeout_update: [term],
  timeout: [timeoutMs, term],
  timeout_cancel: [],
  named_timeout: [text, timeoutMs, term],
  named_timeout_cancel: [text],
  named_timeout_update: [text, term],
});
const rule = fields({
  'raise?': text,
  'throw?': term,
  'exit?': term,
  'append?': term,
  'save_from?': bool,
  'actions?': list(action),
  'ret?': words('result', {
    keep: [],
    next: [text],
    repeat: [],
    stop: [term],
    stop_and_reply: [term],
    raw: [term],
  }),
});
const machine = fields({
  init: words('init', { ok: [text], ignore: [], stop: [term], raise: [text] }, { ok: list(action) }),
  'enter?': bool,
  'trap?': bool,
  'states?': dictionary(dictionary(rule)),
  'any?': dictionary(rule),
});

const program = fields({
  'order?': oneOf('observer', 'sorted', 'global'),
  'children?': dictionary(template),
  'machines?': dictionary(machine),
  ops: list(checkOp),
});

/** Checks a whole program: whatever it holds that this format does not know is an {@link InvalidProgram}. */
export const checkProgram = (value: Json): Program => {
  program(value, 'program');
  const given = value as unknown as Partial<Program>;
  const checked: Program = {
    order: given.order ?? 'observer',
    children: given.children ?? {},
    machines: given.machines ?? {},
    ops: given.ops ?? [],
  };
  checkNames(checked);
  return checked;
};

/** Templates and machines that are named must be there. */
const checkNames = ({ ops, children, machines }: Program): void => {
  const child = (name: Json | undefined) => {
    if (typeof name === 'string' && !(name in children))
      throw new InvalidProgram(`program: unknown child template "${name}"`);
  };
  const visit = (op: Op): void => {
    if (op.op === 'batch') (op.do as readonly Op[]).forEach(visit);
    if (op.op === 'ds_start_child' || op.op === 'sup_start_child') child(op.child);
    if (op.op === 'sup_start') (op.children as readonly Json[] | undefined)?.forEach(child);
    if (op.op === 'sm_start' && !((op.machine as string) in machines))
      throw new InvalidProgram(`program: unknown machine "${op.machine}"`);
  };
  ops.forEach(visit);
  for (const { children: nested } of Object.values(children))
    if (Array.isArray(nested)) nested.forEach(child);
};
