import { type ChildSpec, type Context, childSpec, Exit, type MaybePromise } from '@memvisor/supervisor';
import { asReason } from './codec.js';
import { ErlangError, ErlangThrow, RuntimeError } from './elixir-errors.js';
import { drive, type Steps, wait } from './generators.js';
import { startTerm } from './ops-server.js';
import type { ChildTemplate } from './program.js';
import { isPid, nameOption } from './refs.js';
import { scriptedServer, serverConfig } from './scripted-server.js';
import { dynamicSupervisorOf, supervisorOf } from './supervisors.js';
import { isTagged, type Json, type JsonObject, type Term, Tuple } from './terms.js';
import type { World } from './world.js';

type Started = Awaited<ReturnType<ChildSpec['start']>>;
type Behaviour = readonly [string, ...Json[]];

/** The spec of a supervised child; `dynamic` says what kind of supervisor starts it. */
export const childOf = (world: World, name: string, label: string, dynamic: boolean): ChildSpec => {
  const template = world.template(name);
  const given: { [field: string]: unknown } = {};
  for (const field of ['restart', 'shutdown', 'type', 'significant'])
    if (field in template) given[field] = world.codec.decode(template[field] as Json);
  const id = 'id' in template ? world.intern(world.codec.decode(template.id as Json)) : label;
  const start = (ctx: Context, ...extra: Term[]) =>
    startChild({ world, template, label, dynamic, ctx }, extra);
  return { id, start: start as ChildSpec['start'], ...given };
};

interface Start {
  readonly world: World;
  readonly template: ChildTemplate;
  readonly label: string;
  readonly dynamic: boolean;
  readonly ctx: Context;
}

const startChild = (start: Start, extra: readonly Term[]): MaybePromise<Started> => {
  const { world, template, ctx } = start;
  const { number, label } = world.nextGeneration(start.label);
  world.emit(label, 'start', extra.length === 0 ? {} : { extra: world.codec.encode(extra) });
  const starts = (template.starts ?? [['ok']]) as readonly Behaviour[];
  const behaviour = (starts[number - 1] ?? starts.at(-1)) as Behaviour;
  return drive(begin({ ...start, label }, behaviour), ctx.self);
};

function* begin(start: Start, behaviour: Behaviour): Steps<Started> {
  yield* start.world.pause(start.ctx);
  return yield* act(start, behaviour);
}

function* act(start: Start, [word, a, b]: Behaviour): Steps<Started> {
  const { world, template, dynamic } = start;
  const { decode } = world.codec;
  switch (word) {
    case 'sleep':
      yield* wait(start.ctx.sleep(a as number));
      return yield* act(start, b as unknown as Behaviour);
    case 'ok':
      return yield* boot(start, (template.init ?? []) as readonly Json[]);
    case 'init':
      return yield* boot(start, a as readonly Json[]);
    case 'ok_extra': {
      const started = yield* boot(start, (template.init ?? []) as readonly Json[]);
      if (!started.ok) throw new ErlangError(new Tuple('badmatch', startTerm(started)));
      return { ok: true, pid: started.pid, info: decode(a as Json) };
    }
    case 'ignore':
      return { ok: false, kind: 'ignore' };
    case 'error':
      return returnedStart(new Tuple('error', decode(a as Json)));
    case 'raw':
      return returnedStart(decode(a as Json));
    case 'raise':
      throw new RuntimeError(a as string);
    case 'exit':
      throw new Exit(world.codec.reason(a as Json));
    default: {
      const thrown = decode(a as Json);
      // OTP's supervisor runs start functions under `catch`, which makes a throw their value.
      if (!dynamic) return returnedStart(thrown);
      throw new ErlangThrow(thrown);
    }
  }
}

function* boot({ world, template, label, ctx }: Start, script: readonly Json[]): Steps<Started> {
  const options = (template.options ?? {}) as JsonObject;
  if (template.kind === 'supervisor') {
    const children = (template.children ?? []) as readonly string[];
    return yield* wait(childSpec(supervisorOf, { world, label, options, children }).start(ctx));
  }
  if (template.kind === 'dynamic_supervisor')
    return yield* wait(childSpec(dynamicSupervisorOf, { world, label, options }).start(ctx));
  const config = serverConfig(world, label, { ...template, init: script }, true);
  const name = template.name;
  const named =
    name === undefined || name === null ? {} : { name: nameOption(world, world.codec.decode(name)) };
  return yield* wait(childSpec(scriptedServer, config, named).start(ctx));
}

/** What a start function returned. */
const returnedStart = (term: Term): Started => {
  if (term === 'ignore') return { ok: false, kind: 'ignore' };
  if (term instanceof Tuple) {
    const [, pid, info] = term.items as readonly [Term?, Term?, Term?];
    if (isTagged(term, 'ok', 2) && isPid(pid as Term)) return { ok: true, pid: pid as never };
    if (isTagged(term, 'ok', 3) && isPid(pid as Term)) return { ok: true, pid: pid as never, info };
    if (isTagged(term, 'error', 2)) return failed(pid as Term);
  }
  return { ok: false, kind: 'error', reason: asReason(term) };
};

const failed = (reason: Term): Started =>
  isTagged(reason, 'already_started', 2) && isPid(reason.items[1] as Term)
    ? { ok: false, kind: 'already_started', pid: reason.items[1] as never }
    : { ok: false, kind: 'error', reason: asReason(reason) };
