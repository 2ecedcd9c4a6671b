import { expect, test } from '@jest/globals';
import { describeEmbeddingFailure, EmbeddingError, type EmbeddingFailure } from '../src/index.js';

const failures: readonly EmbeddingFailure[] = [
  { kind: 'model_missing', path: '/m' },
  { kind: 'model_invalid', path: '/m/config.json', detail: 'no JSON' },
  { kind: 'model_unsupported', path: '/m', detail: 'it is strange' },
  { kind: 'build_failed', folder: '/c', detail: 'no space left' },
  { kind: 'hub_unreachable', model: 'a/b', url: 'https://h', detail: 'no route' },
  { kind: 'hub_refused', model: 'a/b', url: 'https://h', status: 404 },
  { kind: 'hub_refused', model: 'a/b', url: 'https://h', status: 503 },
  { kind: 'checksum_mismatch', url: 'https://h', expected: 'aa', actual: 'bb' },
  { kind: 'inference_failed', detail: 'bad shape' },
  { kind: 'partition_died', partition: 1, reason: 'was killed' },
  { kind: 'partitions_gave_up', restarts: 3, reason: 'was killed' },
  { kind: 'timed_out', what: 'start', timeoutMs: 5 },
  { kind: 'timed_out', what: 'request', timeoutMs: 5 },
  { kind: 'closed' },
];

test.each(failures.map((failure) => [failure.kind, failure] as const))(
  '%s is told in one line that holds its facts',
  (_, failure) => {
    const sentence = describeEmbeddingFailure(failure);
    expect(sentence).toMatch(/^[A-Z].*[.?]$/);
    const { kind, ...facts } = failure;
    for (const fact of Object.values(facts))
      if (fact !== 'start' && fact !== 'request') expect(sentence).toContain(String(fact));
    expect(new EmbeddingError(failure).message).toBe(sentence);
  },
);
