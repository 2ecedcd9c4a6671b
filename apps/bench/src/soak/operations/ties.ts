// Links and monitors, to the living and to the dead.
import type { Member } from '../member.js';
import { anyEnded, anyWorker, type Operation, obeys, operation, pick, within } from '../operation.js';
import { pidOf } from '../world.js';

interface Pair {
  readonly a: Member;
  readonly b: Member;
}
const describePair = ({ a, b }: Pair): string => `${a.label} ${a.pid} and ${b.label} ${b.pid}`;

/**
 * Whether a link leaves it open no more than before what a process ends with. One that its supervisor kills,
 * or that ends as its parent did, may hit a transient process at the same moment as a shutdown does: which
 * comes first would be chance, and with it whether that process is started again.
 */
const isDefinite = (a: Member, b: Member): boolean => {
  const tied = new Set([a, b]);
  let kills = false;
  let transient = false;
  for (const member of tied) {
    const { kind, spec, trapping, links } = member;
    kills ||=
      kind === 'trapper' ||
      kind === 'stubborn' ||
      (spec !== undefined && 'shutdown' in spec && spec.shutdown === 'brutal_kill');
    transient ||= spec?.restart === 'transient';
    if (!trapping) for (const other of links) if (obeys(other)) tied.add(other);
  }
  return !(kills && transient);
};

export const ties: readonly Operation[] = [
  operation<Pair>({
    name: 'link',
    weight: 6,
    choose: (model, picks) => {
      const a = anyWorker(model, picks.a);
      const b = anyWorker(model, picks.b);
      if (a === undefined || b === undefined || a === b || a.links.has(b)) return undefined;
      return isDefinite(a, b) ? { a, b } : undefined;
    },
    run: ({ a, b }, model, world) => {
      const pid = pidOf(b);
      within(model, world, a, (ctx) => ctx.link(pid));
      model.link(a, b);
      return undefined;
    },
    describe: describePair,
  }),
  operation<Pair>({
    name: 'unlink',
    weight: 3,
    choose: (model, picks) => {
      const linkOf = (member: Member) => [...member.links].find(obeys);
      const a = pick(model, picks.a, (member) => obeys(member) && linkOf(member) !== undefined);
      const b = a && linkOf(a);
      return a && b && { a, b };
    },
    run: ({ a, b }, model, world) => {
      const pid = pidOf(b);
      within(model, world, a, (ctx) => ctx.unlink(pid));
      model.unlink(a, b);
      return undefined;
    },
    describe: describePair,
  }),
  operation<Pair>({
    name: 'link to the dead',
    weight: 1,
    choose: (model, picks) => {
      const a = anyWorker(model, picks.a);
      const b = anyEnded(model, picks.b);
      return a && b && { a, b };
    },
    run: ({ a, b }, model, world) => {
      const pid = pidOf(b);
      within(model, world, a, (ctx) => ctx.link(pid));
      if (a.trapping) model.tell(a);
      else model.end(a, 'crash');
      return undefined;
    },
    describe: describePair,
  }),
  operation<Pair>({
    name: 'monitor',
    weight: 6,
    choose: (model, picks) => {
      const a = anyWorker(model, picks.a);
      const b = pick(model, picks.b, () => true);
      return a && b && a !== b ? { a, b } : undefined;
    },
    run: ({ a, b }, model, world) => {
      const number = model.number();
      const target = pidOf(b);
      within(model, world, a, (ctx) => world.refs.set(number, ctx.monitor(target)));
      model.watch(a, b, number);
      return undefined;
    },
    describe: describePair,
  }),
  operation<{ readonly a: Member; readonly number: number }>({
    name: 'demonitor',
    weight: 3,
    choose: (model, picks) => {
      const own = (member: Member) => [...member.monitors].find(({ number }) => number > 0);
      const a = pick(model, picks.a, (member) => own(member) !== undefined);
      const watch = a && own(a);
      return a && watch && { a, number: watch.number };
    },
    run: ({ a, number }, model, world) => {
      const ref = world.refs.get(number);
      within(model, world, a, (ctx) => ref && ctx.demonitor(ref));
      for (const watch of a.monitors)
        if (watch.number === number) {
          a.monitors.delete(watch);
          watch.target.watchers.delete(watch);
        }
      return undefined;
    },
    describe: ({ a, number }) => `${a.label} ${a.pid}: number ${number}`,
  }),
  operation<Pair>({
    name: 'monitor the dead',
    weight: 1,
    choose: (model, picks) => {
      const a = anyWorker(model, picks.a);
      const b = anyEnded(model, picks.b);
      return a && b && { a, b };
    },
    run: ({ a, b }, model, world) => {
      const pid = pidOf(b);
      within(model, world, a, (ctx) => ctx.monitor(pid));
      model.tell(a);
      return undefined;
    },
    describe: describePair,
  }),
];
