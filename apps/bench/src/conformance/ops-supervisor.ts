import {
  type ChildCounts,
  type ChildInfo,
  type ChildSpec,
  type Definition,
  DynamicSupervisor,
  type DynamicSupervisorRef,
  type StartFailure,
  Supervisor,
  type SupervisorRef,
} from '@memvisor/supervisor';
import { childOf } from './child.js';
import { functionClause } from './elixir-errors.js';
import type { OpContext, Operation } from './exec.js';
import { type Steps, wait } from './generators.js';
import { startOptions, startTerm } from './ops-server.js';
import { startedSpec } from './raw-specs.js';
import { isPid, serverRef } from './refs.js';
import { dynamicSupervisorOf, type SupervisorConfig, supervisorOf } from './supervisors.js';
import { ChildRecord, error, type JsonObject, ok, Raw, sortedByText, type Term, Tuple } from './terms.js';

function* start<P>(op: OpContext, definition: Definition<P, SupervisorConfig>): Steps<Term> {
  const { world } = op;
  const label = op.text('as');
  const config: SupervisorConfig = op.has('init')
    ? { world, label, raw: op.term('init') }
    : {
        world,
        label,
        options: op.op.options as JsonObject,
        children: (op.op.children ?? []) as readonly string[],
      };
  const options = startOptions(op) as object;
  return startTerm(yield* wait(op.ctx.startLink(definition, config, options)));
}

const staticRef = (op: OpContext) => serverRef(op.world, op.term('sup')) as unknown as SupervisorRef;
const dynamicRef = (op: OpContext) => serverRef(op.world, op.term('sup')) as unknown as DynamicSupervisorRef;

const spec = (op: OpContext, dynamic: boolean): ChildSpec => {
  if (op.has('spec')) return startedSpec(op.world, op.term('spec'), dynamic);
  const name = op.text('child');
  return childOf(op.world, name, (op.op.as as string | undefined) ?? name, dynamic);
};

/** What the two kinds of `start_child` come to, apart from success. */
type Refusal =
  | Exclude<StartFailure, { readonly kind: 'error' }>
  | { readonly kind: 'error'; readonly reason: Term; readonly spec?: ChildSpec }
  | { readonly kind: 'max_children' | 'already_present' }
  | { readonly kind: 'invalid_child_spec'; readonly failure: Term };

const refusal = (result: Refusal): Term => {
  switch (result.kind) {
    case 'ignore':
      return 'ignore';
    case 'already_started':
      return error(new Tuple('already_started', result.pid));
    case 'invalid_child_spec':
      return error(result.failure);
    case 'error':
      return result.spec === undefined
        ? error(result.reason)
        : error(new Tuple(result.reason, new ChildRecord(result.spec.id as Term)));
    default:
      return error(result.kind);
  }
};

const started = (result: { readonly pid: Term | undefined; readonly info?: unknown }): Term =>
  result.info === undefined
    ? ok(result.pid ?? 'undefined')
    : new Tuple('ok', result.pid ?? 'undefined', result.info as Term);

function* startDynamicChild(op: OpContext): Steps<Term> {
  const supervisor = dynamicRef(op);
  const result = yield* wait(DynamicSupervisor.startChild(supervisor, spec(op, true), op.ctx));
  return result.ok ? started(result) : refusal(result as Refusal);
}

function* startStaticChild(op: OpContext): Steps<Term> {
  const supervisor = staticRef(op);
  const result = yield* wait(Supervisor.startChild(supervisor, spec(op, false), op.ctx));
  return result.ok ? started(result) : refusal(result as Refusal);
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly kind: string };

const done = (result: Outcome): Term => (result.ok ? 'ok' : error(result.kind));

const id = (op: OpContext): Term => op.world.intern(op.term('id'));

function* terminateDynamicChild(op: OpContext): Steps<Term> {
  const supervisor = dynamicRef(op);
  const child = op.term('child');
  if (!isPid(child)) throw functionClause();
  return done(yield* wait(DynamicSupervisor.terminateChild(supervisor, child, op.ctx)));
}

function* terminateStaticChild(op: OpContext): Steps<Term> {
  return done(yield* wait(Supervisor.terminateChild(staticRef(op), id(op), op.ctx)));
}

function* deleteChild(op: OpContext): Steps<Term> {
  return done(yield* wait(Supervisor.deleteChild(staticRef(op), id(op), op.ctx)));
}

function* restartChild(op: OpContext): Steps<Term> {
  const result = yield* wait(Supervisor.restartChild(staticRef(op), id(op), op.ctx));
  if (result.ok) return started(result);
  return error(result.kind === 'error' ? (result.reason as Term) : result.kind);
}

const row = (op: OpContext, info: ChildInfo): JsonObject => {
  const { encode } = op.world.codec;
  const pid = info.status === 'restarting' ? 'restarting' : (info.pid ?? 'undefined');
  return { id: encode((info.id ?? 'undefined') as Term), pid: encode(pid), type: encode(info.type) };
};

function* whichDynamicChildren(op: OpContext): Steps<Term> {
  const children = yield* wait(DynamicSupervisor.whichChildren(dynamicRef(op), op.ctx));
  return new Raw(sortedByText(children.map((info) => row(op, info))));
}

function* whichStaticChildren(op: OpContext): Steps<Term> {
  const children = yield* wait(Supervisor.whichChildren(staticRef(op), op.ctx));
  return new Raw(children.map((info) => row(op, info)));
}

const counts = ({ active, specs, supervisors, workers }: ChildCounts): Term =>
  new Raw({ active, specs, supervisors, workers });

function* countDynamicChildren(op: OpContext): Steps<Term> {
  return counts(yield* wait(DynamicSupervisor.countChildren(dynamicRef(op), op.ctx)));
}

function* countStaticChildren(op: OpContext): Steps<Term> {
  return counts(yield* wait(Supervisor.countChildren(staticRef(op), op.ctx)));
}

export const supervisorOps: { readonly [op: string]: Operation } = {
  ds_start: (op) => start(op, dynamicSupervisorOf),
  ds_start_child: startDynamicChild,
  ds_terminate_child: terminateDynamicChild,
  ds_which_children: whichDynamicChildren,
  ds_count_children: countDynamicChildren,
  sup_start: (op) => start(op, supervisorOf),
  sup_start_child: startStaticChild,
  sup_terminate_child: terminateStaticChild,
  sup_restart_child: restartChild,
  sup_delete_child: deleteChild,
  sup_which_children: whichStaticChildren,
  sup_count_children: countStaticChildren,
};
