import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSystem } from '../../src/index.js';
import { canonicalText, sameValue } from '../../src/registry/canonical-key.js';
import { type Guard, guardsHold } from '../../src/registry/guards.js';
import { KeyMap } from '../../src/registry/key-map.js';
import { compare } from '../../src/registry/order.js';
import { anything, fits, variable } from '../../src/registry/pattern.js';

const plain = fc.jsonValue({ maxDepth: 3 });

describe('keys are compared by value', () => {
  test('a copy of a key finds what was put under it', () => {
    fc.assert(
      fc.property(plain, (key) => {
        const map = new KeyMap<number>();
        map.set(key, 1);
        expect(map.get(structuredClone(key))).toBe(1);
        map.delete(structuredClone(key));
        expect(map.get(key)).toBeUndefined();
      }),
    );
  });

  test('different keys have different texts', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 2 }), fc.object({ maxDepth: 2 }), (a, b) => {
        expect(canonicalText(a) === canonicalText(b)).toBe(isSame(a, b));
      }),
    );
  });

  const isSame = (a: unknown, b: unknown): boolean => {
    try {
      expect(a).toStrictEqual(b);
      return true;
    } catch {
      return (
        JSON.stringify(a) === '{}' &&
        JSON.stringify(b) === '{}' &&
        canonicalText(a as object) === canonicalText(b as object)
      );
    }
  };

  test.each([
    ['a text is not the number it shows', '1', 1],
    ['a list is not its only element', ['a'], 'a'],
    ['a list is not the text of a list', ['a'], '["a"]'],
    ['nesting counts', [['a'], 'b'], ['a', ['b']]],
    ['null is not undefined', [null], [undefined]],
    ['a bigint is not a number', [1n], [1]],
    ['a set is not a list', new Set([1]), [1]],
    ['an object is not the list of its entries', { a: 1 }, [['a', 1]]],
    ['instances of classes are equal to themselves only', new (class A {})(), new (class A {})()],
    ['so are symbols', [Symbol('a')], [Symbol('a')]],
  ])('%s', (_rule, a, b) => {
    expect(sameValue(a, b)).toBe(false);
  });

  test.each([
    ['the order of fields does not count', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['nor that of a set', new Set([1, 2]), new Set([2, 1])],
    [
      'nor that of a map',
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
      new Map([
        ['b', 2],
        ['a', 1],
      ]),
    ],
    ['bytes are equal by content', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ['dates by time', new Date(5), new Date(5)],
    ['minus zero is zero', [-0], [0]],
    ['NaN is NaN', Number.NaN, Number.NaN],
  ])('%s', (_rule, a, b) => {
    expect(sameValue(a, b)).toBe(true);
  });

  test('a pid is a key by identity, also inside of a list', () => {
    const system = createSystem();
    const [a, b] = [system.spawn(() => undefined), system.spawn(() => undefined)];
    expect(sameValue(['p', a], ['p', a])).toBe(true);
    expect(sameValue(['p', a], ['p', b])).toBe(false);
    system.close();
  });

  test('a key that contains itself is refused', () => {
    const key: unknown[] = [];
    key.push(key);
    expect(() => canonicalText(key)).toThrow('must not contain itself');
  });
});

const matches = (pattern: unknown, value: unknown, guards: readonly Guard[] = []): boolean => {
  const bindings = new Map<string | number, unknown>();
  return fits(pattern, value, bindings) && guardsHold(guards, bindings);
};

describe('patterns', () => {
  test('every value fits itself, the wildcard and a variable', () => {
    fc.assert(
      fc.property(
        plain,
        (value) => matches(value, value) && matches(anything, value) && matches(variable(1), value),
      ),
    );
  });

  test.each<[string, unknown, unknown, boolean]>([
    ['a list fits lists of its length only', [anything], [1, 2], false],
    ['an object fits objects with more fields', { a: anything }, { a: 1, b: 2 }, true],
    ['but not with fewer', { a: anything, b: anything }, { a: 1 }, false],
    ['an object does not fit a list', { length: 1 }, 'a', false],
    ['a variable used twice wants equal values', [variable(1), variable(1)], [[1], [1]], true],
    ['and not different ones', [variable(1), variable(1)], [[1], [2]], false],
  ])('%s', (_rule, pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });
});

describe('guards', () => {
  const $1 = variable(1);
  test.each<[Guard, unknown, boolean]>([
    [['>', $1, 1], 1, false],
    [['>', $1, 1], 2, true],
    [['>=', $1, 1], 1, true],
    [['=<', $1, 1], 1, true],
    [['<', $1, 1], 1, false],
    [['==', $1, ['const', [1, 2]]], [1, 2], true],
    [['/=', $1, 'a'], 'a', false],
    [['andalso', ['>', $1, 0], ['is_integer', $1]], 1.5, false],
    [['orelse', ['is_string', $1], ['>', $1, 9]], 'a', true],
    [['not', ['is_list', $1]], [], false],
    [['=:=', ['rem', $1, 2], 1], 7, true],
    [['>', ['+', $1, 1], 1], 'not a number', false],
    [['>', ['/', 1, $1], 0], 0, false],
    [['and', $1, true], 1, false],
    [['or', true, $1], 1, false],
    [['orelse', true, $1], 1, true],
    [['==', ['div', $1, 2], 3], 7, true],
    [['>', ['div', $1, 2], 0], 7.5, false],
    [['==', ['element', 2, $1], 'b'], ['a', 'b'], true],
    [['==', ['element', 3, $1], 'b'], ['a', 'b'], false],
    [['==', ['tuple_size', $1], 2], ['a', 'b'], true],
    [['is_atom', $1], true, true],
    [['is_atom', $1], 'text', false],
    [(values) => values['1'] === 3, 3, true],
  ])('%j of %j is %s', (guard, value, expected) => {
    expect(matches($1, value, [guard])).toBe(expected);
  });

  test('values of different kinds have an order: numbers, atoms, lists, maps, texts', () => {
    const inOrder = [1, 2, Symbol.for('b'), false, null, true, [1], [2], [1, 1], { a: 1 }, 'a', 'b'];
    for (const [at, a] of inOrder.entries())
      for (const [to, b] of inOrder.entries()) expect(Math.sign(compare(a, b))).toBe(Math.sign(at - to));
  });
});
