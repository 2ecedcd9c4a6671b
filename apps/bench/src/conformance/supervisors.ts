import {
  type Context,
  defineDynamicSupervisor,
  defineSupervisor,
  ignore,
  supervise,
  superviseDynamic,
} from '@memvisor/supervisor';
import { childOf } from './child.js';
import { functionClause } from './elixir-errors.js';
import { mapFields, rawSpec } from './raw-specs.js';
import { isTagged, type Json, type JsonObject, type Term, TermMap, Tuple } from './terms.js';
import type { World } from './world.js';

/** What a supervisor is started with: options and children, or the raw term that its `init` returns. */
export type SupervisorConfig = {
  readonly world: World;
  readonly label: string;
} & ({ readonly raw: Term } | { readonly options: JsonObject; readonly children?: readonly string[] });

type Plain = { [option: string]: unknown };

/** The names that Elixir's options and OTP's flags have here. */
const spelled: { readonly [name: string]: string } = {
  strategy: 'strategy',
  max_restarts: 'maxRestarts',
  max_seconds: 'maxSeconds',
  intensity: 'maxRestarts',
  period: 'maxSeconds',
  auto_shutdown: 'autoShutdown',
  max_children: 'maxChildren',
  extra_arguments: 'extraArguments',
};

const value = (term: Term): unknown => (term === 'infinity' ? Number.POSITIVE_INFINITY : term);

const fromOptions = (world: World, options: JsonObject): Plain =>
  Object.fromEntries(
    Object.entries(options).map(([name, json]) => [
      spelled[name] as string,
      name === 'max_children' ? value(world.codec.decode(json)) : world.codec.decode(json),
    ]),
  );

/** OTP's flags; its default intensity is 1, where Elixir's is 3. */
const fromFlags = (flags: TermMap): Plain => {
  const options: Plain = { maxRestarts: 1 };
  for (const [name, term] of mapFields(flags)) {
    const option = spelled[name as string];
    if (option !== undefined) options[option] = name === 'max_children' ? value(term) : term;
  }
  return options;
};

const bound = (config: SupervisorConfig, ctx: Context<never>): void => {
  config.world.bind(config.label, ctx.self);
};

/** The static supervisor. */
export const supervisorOf = defineSupervisor<SupervisorConfig>({
  init: (config, ctx) => {
    bound(config, ctx as never);
    const { world } = config;
    if ('raw' in config) return rawPlan(world, config.raw) as never;
    const { options, children = [] } = config;
    return supervise(
      children.map((name) => childOf(world, name, name, false)),
      fromOptions(world, options),
    );
  },
});

/** The dynamic supervisor. */
export const dynamicSupervisorOf = defineDynamicSupervisor<SupervisorConfig>({
  init: (config, ctx) => {
    bound(config, ctx as never);
    if ('raw' in config) return rawDynamicPlan(config.raw) as never;
    return superviseDynamic(fromOptions(config.world, config.options));
  },
});

const rawPlan = (world: World, term: Term): unknown => {
  if (term === 'ignore') return ignore();
  const plan = isTagged(term, 'ok', 2) ? (term.items[1] as Term) : undefined;
  if (!(plan instanceof Tuple) || plan.items.length !== 2) return term;
  const [flags, specs] = plan.items as readonly [Term, Term];
  if (!Array.isArray(specs)) throw functionClause();
  const children = specs.map((spec: Term) => rawSpec(world, spec, false));
  if (flags instanceof TermMap) return supervise(children, fromFlags(flags));
  if (!(flags instanceof Tuple) || flags.items.length !== 3) return supervise(children, flags as never);
  const [strategy, maxRestarts, maxSeconds] = flags.items as readonly Json[];
  return supervise(children, { strategy, maxRestarts, maxSeconds } as never);
};

const rawDynamicPlan = (term: Term): unknown => {
  if (term === 'ignore') return ignore();
  const flags = isTagged(term, 'ok', 2) ? (term.items[1] as Term) : undefined;
  return flags instanceof TermMap ? superviseDynamic(fromFlags(flags)) : term;
};
