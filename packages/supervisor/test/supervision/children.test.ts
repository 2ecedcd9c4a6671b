import { expect, test } from '@jest/globals';
import { array, assert, constantFrom, integer, property, record, tuple } from 'fast-check';
import type { Process } from '../../src/process/process.js';
import { CheckedSpec } from '../../src/supervision/check-child-spec.js';
import { Children } from '../../src/supervision/children.js';

const step = record({
  act: constantFrom('add', 'run', 'restarting', 'stop', 'drop', 'remove'),
  id: integer({ min: 0, max: 9 }),
  type: constantFrom('worker', 'supervisor'),
  restart: constantFrom('permanent', 'temporary'),
  significant: constantFrom(true, false),
});

test('the counts are those of the children, and the order is that of their coming, whatever is done', () => {
  assert(
    property(tuple(array(step, { maxLength: 80 })), ([steps]) => {
      const children = new Children();
      const order: number[] = [];
      let pids = 0;
      for (const { act, id, type, restart, significant } of steps) {
        const child = children.find(id);
        if (child === undefined) {
          if (act !== 'add') continue;
          const start = () => ({ ok: false, kind: 'ignore' }) as const;
          children.add(new CheckedSpec(id, start, restart, 5000, type, significant, []));
          order.push(id);
          continue;
        }
        const gone = act === 'remove' || (act === 'drop' && child.spec.restart === 'temporary');
        if (act === 'run') children.put(child, { id: pids++ } as Process);
        if (act === 'restarting') children.put(child, undefined, true);
        if (act === 'stop') children.put(child, undefined);
        if (act === 'drop') children.drop(child);
        if (act === 'remove') children.remove(child);
        if (gone) order.splice(order.indexOf(id), 1);
      }
      const all = [...children];
      expect(all.map(({ spec }) => spec.id)).toEqual(order);
      expect([...children.lastFirst()].reverse()).toEqual(all);
      expect(children.from(children.first)).toEqual(all);
      const count = (is: (child: (typeof all)[number]) => boolean) => all.filter(is).length;
      expect(children.size).toBe(all.length);
      expect(children.workers).toBe(count(({ spec }) => spec.type === 'worker'));
      expect(children.supervisors).toBe(count(({ spec }) => spec.type === 'supervisor'));
      expect(children.running).toBe(count(({ process }) => process !== undefined));
      expect(children.significantRunning).toBe(
        count(({ spec, process, restarting }) => spec.significant && (process !== undefined || restarting)),
      );
      for (const child of all)
        if (child.process !== undefined) expect(children.of(child.process)).toBe(child);
    }),
  );
});
