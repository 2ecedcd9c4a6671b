import type { Timer } from './member.js';
import type { Model } from './model.js';

/** Moves the model's clock on: its timers fire in their order. */
export const passTime = (model: Model, ms: number): void => {
  const end = model.now + ms;
  for (;;) {
    let next: Timer | undefined;
    for (const timer of model.timers)
      if (
        timer.at <= end &&
        (next === undefined || timer.at < next.at || (timer.at === next.at && timer.number < next.number))
      )
        next = timer;
    if (next === undefined) break;
    model.now = Math.max(model.now, next.at);
    next.fire();
  }
  model.now = end;
};
