import { type CheckedSpec, checkChildSpec } from './check-child-spec.js';
import { Children } from './children.js';
import type { ChildSpecFailure } from './failure.js';
import type { AutoShutdown, Flags } from './flags.js';
import { RestartIntensity } from './restart-intensity.js';

/** What a static supervisor keeps. */
export class SupervisorState {
  readonly children = new Children();
  readonly intensity: RestartIntensity;
  constructor(readonly flags: Flags) {
    this.intensity = new RestartIntensity(flags.maxRestarts, flags.maxSeconds);
  }
}

/** Checks all specs before the first is started; the ids must differ. */
export const checkSpecs = (
  specs: unknown,
  autoShutdown: AutoShutdown,
): readonly CheckedSpec[] | ChildSpecFailure => {
  if (!Array.isArray(specs)) return { kind: 'invalid_child_spec', value: specs };
  const checked: CheckedSpec[] = [];
  const ids = new Set<unknown>();
  for (const one of specs) {
    const spec = checkChildSpec(one, autoShutdown);
    if ('kind' in spec) return spec;
    if (ids.has(spec.id)) return { kind: 'duplicate_child_name', id: spec.id };
    ids.add(spec.id);
    checked.push(spec);
  }
  return checked;
};
