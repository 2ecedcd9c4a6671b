import { expect, test } from '@jest/globals';
import {
  CallExit,
  describeReason,
  Exit,
  type ExitReason,
  isCallFailed,
  isCrash,
  isOrderly,
  isShutdown,
} from '../../src/index.js';
import { reasonOfThrown } from '../../src/process/errors.js';

test.each<{ reason: ExitReason; orderly: boolean; text: string }>([
  { reason: 'normal', orderly: true, text: 'normal' },
  { reason: 'shutdown', orderly: true, text: 'shutdown' },
  { reason: { kind: 'shutdown', detail: 'idle' }, orderly: true, text: 'shutdown: idle' },
  { reason: { kind: 'shutdown', detail: { a: 1 } }, orderly: true, text: 'shutdown: {"a":1}' },
  { reason: 'killed', orderly: false, text: 'killed' },
  { reason: 'noproc', orderly: false, text: 'noproc' },
  { reason: { kind: 'crash', error: new TypeError('x') }, orderly: false, text: 'crashed: TypeError: x' },
  { reason: { kind: 'crash', error: 'thrown text' }, orderly: false, text: 'crashed: thrown text' },
  {
    reason: { kind: 'call_failed', operation: 'GenServer.call', reason: 'timeout' },
    orderly: false,
    text: 'GenServer.call failed: timeout',
  },
  {
    reason: { kind: 'bad_return_value', value: 5 },
    orderly: false,
    text: 'a callback returned 5, which its behaviour does not know',
  },
  { reason: 42, orderly: false, text: '42' },
  { reason: { own: true }, orderly: false, text: '{"own":true}' },
  { reason: null, orderly: false, text: 'null' },
])('$text: in good order is $orderly', ({ reason, orderly, text }) => {
  expect(isOrderly(reason)).toBe(orderly);
  expect(describeReason(reason)).toBe(text);
});

test('a value that only looks like a reason of the runtime is not one', () => {
  expect(isShutdown({ kind: 'shutdown' })).toBe(false);
  expect(isCrash({ kind: 'crash' })).toBe(false);
  expect(isCallFailed({ kind: 'call_failed' })).toBe(false);
});

test('a reason that holds itself can still be described', () => {
  const own: { self?: object } = {};
  own.self = own;
  expect(describeReason(own)).toBe('[object Object]');
});

test('what a callback throws: an Exit is its reason as it stands, anything else a crash', () => {
  expect(reasonOfThrown(new Exit('bye'))).toBe('bye');
  expect(reasonOfThrown(5)).toEqual({ kind: 'crash', error: 5 });
  const failed = new CallExit('GenServer.call', '<0.1>', 'noproc');
  expect(reasonOfThrown(failed)).toEqual({
    kind: 'call_failed',
    operation: 'GenServer.call',
    reason: 'noproc',
  });
  expect(failed.message).toBe('GenServer.call to <0.1> failed: noproc');
});
