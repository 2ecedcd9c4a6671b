import type { AnyPid, MaybePromise } from '@memvisor/supervisor';
import { isAlive } from '@memvisor/supervisor';

/** Work that waits by yielding promises: it runs without a pause where nothing has to be waited for. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

const isPromise = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && 'then' in value;

/** Waits for a value inside {@link Steps}. */
export function* wait<T>(value: MaybePromise<T>): Steps<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/** Runs the steps as a part of process `self`; when that ends meanwhile, they simply stop. */
export const drive = <T>(steps: Steps<T>, self: AnyPid): MaybePromise<T> => {
  const first = steps.next();
  return first.done === true ? first.value : continued(steps, first.value, self);
};

const continued = async <T>(steps: Steps<T>, first: Promise<unknown>, self: AnyPid): Promise<T> => {
  for (let pending = first; ; ) {
    const [failed, value] = await pending.then(succeeded, rejected);
    if (!isAlive(self)) return forever;
    const next = failed ? steps.throw(value) : steps.next(value);
    if (next.done === true) return next.value;
    pending = next.value;
  }
};

const succeeded = (value: unknown): readonly [boolean, unknown] => [false, value];
const rejected = (thrown: unknown): readonly [boolean, unknown] => [true, thrown];

/** Nobody waits for what a dead process would have done next. */
const forever = new Promise<never>(() => undefined);
