import { expect, test } from '@jest/globals';
import { describeOsExit, type OsExit } from '../../src/ports/os-exit.js';
import {
  describeRequestFailure,
  RequestError,
  type RequestFailure,
} from '../../src/ports/request-failure.js';
import { describeWorkerExit, type WorkerExit } from '../../src/ports/worker-exit.js';
import { describeReason } from '../../src/process/exit-reason.js';

test.each<[OsExit, string]>([
  [{ kind: 'exited', exitCode: 3, stderrTail: 'disk full\n' }, 'exited with code 3: disk full'],
  [{ kind: 'exited', exitCode: 0, stderrTail: '' }, 'exited with code 0'],
  [{ kind: 'signalled', signal: 'SIGSEGV', stderrTail: '' }, 'was killed by SIGSEGV'],
  [
    { kind: 'not_started', program: 'ffmpeg', cause: new Error('ENOENT') },
    'ffmpeg could not be started: ENOENT',
  ],
  [{ kind: 'stopped', forced: false, stderrTail: '' }, 'was stopped'],
  [{ kind: 'stopped', forced: true, stderrTail: '' }, 'was stopped by force'],
  [{ kind: 'timed_out', forced: false, stderrTail: 'slow' }, 'ran past its time and was stopped: slow'],
  [{ kind: 'owner_died', forced: false, stderrTail: '' }, 'was stopped with its owner'],
])('%j is described', (exit, sentence) => {
  expect(describeOsExit(exit)).toBe(sentence);
});

const error = { name: 'RangeError', message: 'too long' };

test.each<[WorkerExit, string]>([
  [{ kind: 'exited', exitCode: 3 }, 'exited with code 3'],
  [{ kind: 'crashed', error }, 'crashed: RangeError: too long'],
  [{ kind: 'stopped' }, 'was stopped'],
  [{ kind: 'owner_died' }, 'was stopped with its owner'],
])('%j is described', (exit, sentence) => {
  expect(describeWorkerExit(exit)).toBe(sentence);
});

test.each<[RequestFailure, string]>([
  [
    { kind: 'process_exited', exit: { kind: 'exited', exitCode: 3, stderrTail: 'oh\n' } },
    'the process exited with code 3: oh',
  ],
  [{ kind: 'worker_exited', exit: { kind: 'stopped' } }, 'the worker thread was stopped'],
  [{ kind: 'failed', error }, 'RangeError: too long'],
  [{ kind: 'timed_out', timeoutMs: 20 }, 'no reply within 20 ms'],
  [{ kind: 'aborted', reason: new Error('shut down') }, 'the request was given up: shut down'],
])('%j is described, and is what a RequestError says', (failure, sentence) => {
  expect(describeRequestFailure(failure)).toBe(sentence);
  expect(new RequestError(failure)).toMatchObject({ name: 'RequestError', message: sentence, failure });
});

test('exit reasons of ports are in words too, with the program that ended', () => {
  const exit = { kind: 'signalled', signal: 'SIGKILL', stderrTail: '' } as const;
  expect(describeReason({ kind: 'os_exit', program: '/usr/bin/ffmpeg', exit })).toBe(
    'ffmpeg was killed by SIGKILL',
  );
  const notStarted = { kind: 'not_started', program: '/no/such', cause: new Error('ENOENT') } as const;
  expect(describeReason({ kind: 'os_exit', program: '/no/such', exit: notStarted })).toBe(
    '/no/such could not be started: ENOENT',
  );
  expect(
    describeReason({ kind: 'worker_exit', module: '/a/b.js', exit: { kind: 'exited', exitCode: 3 } }),
  ).toBe('the worker thread b.js exited with code 3');
});
