// Timers of all kinds, and time that passes.
import type { Member, Timer } from '../member.js';
import { anyWorker, expectSame, type Operation, obeys, operation, pick, within } from '../operation.js';
import { passTime } from '../pass-time.js';
import { pidOf } from '../world.js';

interface Delayed {
  readonly member: Member;
  readonly seconds: number;
}
const describeDelayed = ({ member, seconds }: Delayed): string =>
  `${member.label} ${member.pid} in ${seconds} s`;

/** From 1 to 4. */
const secondsOf = (pick: number): number => 1 + (pick % 4);

export const timers: readonly Operation[] = [
  operation<Delayed & { readonly to: Member }>({
    name: 'send after',
    weight: 5,
    choose: (model, { a, b, c }) => {
      const member = anyWorker(model, a);
      const to = anyWorker(model, b);
      return member && to && { member, to, seconds: secondsOf(c) };
    },
    run: ({ member, to, seconds }, model, world) => {
      const target = pidOf(to);
      const ms = model.untilSecond(seconds);
      const { number } = model.startTimer(member, seconds, () => model.tell(to), true);
      within(model, world, member, (ctx) => {
        world.timers.set(number, ctx.sendAfter(target, { type: 'ping' }, ms));
      });
      return undefined;
    },
    describe: ({ to, ...rest }) => `from ${describeDelayed(rest)} to ${to.label} ${to.pid}`,
  }),
  operation<{ readonly member: Member; readonly timer: Timer }>({
    name: 'cancel a timer',
    weight: 2,
    choose: (model, { a }) => {
      const timerOf = (one: Member) => [...one.timers].find(({ cancellable }) => cancellable);
      const member = pick(model, a, (one) => timerOf(one) !== undefined);
      const timer = member && timerOf(member);
      return member && timer && { member, timer };
    },
    run: ({ member, timer }, model, world) => {
      const left = world.timers.get(timer.number)?.cancel();
      model.cancel(member, timer);
      return () => expectSame('milliseconds left', left, timer.at - model.now);
    },
    describe: ({ member }) => `${member.label} ${member.pid}`,
  }),
  operation<Delayed>({
    name: 'arm',
    weight: 4,
    choose: (model, { a, b }) => {
      const member = pick(model, a, (one) => obeys(one) && one.kind !== 'bare' && one.kind !== 'task');
      return member && { member, seconds: secondsOf(b) };
    },
    run: ({ member, seconds }, model, world) => {
      world.tell(member, { type: 'arm', delayMs: model.untilSecond(seconds) });
      model.deliver(member);
      if (member.kind === 'machine') {
        if (member.stateTimeout !== undefined) model.cancel(member, member.stateTimeout);
        member.stateTimeout = model.startTimer(member, seconds, () => {
          member.stateTimeout = undefined;
          member.postponed.clear();
          member.heard++;
        });
      } else
        member.idle = model.startTimer(member, seconds, () => {
          member.idle = undefined;
          model.tell(member);
        });
      return undefined;
    },
    describe: describeDelayed,
  }),
  operation<Delayed>({
    name: 'sleep',
    weight: 2,
    choose: (model, { a, b }) => {
      const member = anyWorker(model, a);
      return member && { member, seconds: secondsOf(b) };
    },
    run: ({ member, seconds }, model, world) => {
      const ms = model.untilSecond(seconds);
      within(model, world, member, (ctx) => void ctx.sleep(ms));
      member.naps++;
      model.startTimer(member, seconds, () => {
        member.naps--;
      });
      return undefined;
    },
    describe: describeDelayed,
  }),
  operation<number>({
    name: 'time passes',
    weight: 2,
    choose: (_model, { a }) => secondsOf(a),
    run: (seconds, model, world) => {
      const ms = model.untilSecond(seconds);
      passTime(model, ms);
      return () => world.clock.advance(ms);
    },
    describe: (seconds) => `${seconds} s`,
  }),
];
