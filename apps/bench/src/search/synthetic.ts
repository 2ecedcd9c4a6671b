import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  describeIndexFailure,
  startIndexServer,
  startIndexWriter,
  type VectorStorage,
} from '@memvisor/search-index';
import { BenchError } from '../benchmark.js';
import { ClusteredVectors } from './clustered-vectors.js';
import { quantiles, type Taken } from './quantiles.js';

/** What of each vector is kept. */
export interface Kept {
  /** How many numbers; 0 for all. */
  readonly reduceTo: number;
  readonly storage: VectorStorage;
}

/** How a large index of vectors alone does. */
export interface Synthetic extends Kept {
  readonly chunks: number;
  readonly dimensions: number;
  /** Top 5 by vectors alone, through the index's process, in milliseconds. */
  readonly search: Taken;
  /** Of the file, all sections. */
  readonly bytesPerChunk: number;
  /** Of the ten that exact search in float32 finds, how many are among the ten found. */
  readonly recall: number;
  readonly buildSeconds: number;
  readonly openSeconds: number;
}

const dimensions = 512;
const batch = 2000;
const questions = 100;
const judgedQuestions = 40;

/** Writes an index of so many clustered vectors, opens it and searches it. */
export const measureSynthetic = async (
  chunks: number,
  kept: Kept,
  folder: string,
  say: (text: string) => void,
): Promise<Synthetic> => {
  const path = join(folder, `synthetic-${chunks}.mvx`);
  const vectors = new ClusteredVectors(dimensions);
  const asked = Array.from({ length: questions }, (_, at) => vectors.question(at));
  const exact = asked.slice(0, judgedQuestions).map((question) => new ExactTop(question, 10));
  const from = performance.now();
  const started = await startIndexWriter(path, { dimensions, ...kept });
  if (!started.ok) throw new BenchError(describeIndexFailure(started.failure));
  const { writer } = started;
  try {
    for (let first = 0; first < chunks; first += batch) {
      const entries = Array.from({ length: Math.min(batch, chunks - first) }, (_, at) => ({
        id: first + at,
        text: '',
        vectors: [vectors.at(first + at)],
      }));
      for (const { id, vectors: own } of entries)
        for (const vector of own) for (const top of exact) top.offer(id, vector);
      const added = await writer.add(entries);
      if (!added.ok) throw new BenchError(describeIndexFailure(added.failure));
      if (first % 100_000 === 0) say(`${first} of ${chunks} vectors …`);
    }
    const saved = await writer.finish(
      { archive: 'synthetic', frames: new Uint32Array(chunks) },
      { timeoutMs: 600_000 },
    );
    if (!saved.ok) throw new BenchError(describeIndexFailure(saved.failure));
  } finally {
    await writer.stop();
  }
  const built = performance.now();
  say('opening …');
  const opened = await startIndexServer({ load: path });
  if (!opened.ok) throw new BenchError(describeIndexFailure(opened.failure));
  const openSeconds = (performance.now() - built) / 1000;
  const { server } = opened;
  try {
    for (const vector of asked.slice(0, 5)) await server.search({ mode: 'dense', vector });
    const taken: number[] = [];
    for (const vector of asked) {
      const begun = performance.now();
      await server.search({ mode: 'dense', vector, k: 5 });
      taken.push(performance.now() - begun);
    }
    let found = 0;
    for (const top of exact) {
      const hits = await server.search({ mode: 'dense', vector: top.question, k: 10 });
      found += hits.filter(({ chunk }) => top.ids.includes(chunk.id)).length;
    }
    return {
      chunks,
      dimensions,
      ...kept,
      search: quantiles(taken),
      bytesPerChunk: (await stat(path)).size / chunks,
      recall: found / (10 * exact.length),
      buildSeconds: (built - from) / 1000,
      openSeconds,
    };
  } finally {
    await server.stop();
  }
};

/** The nearest of what is offered, in float32 and by looking at each. */
class ExactTop {
  readonly ids: number[] = [];
  readonly #scores: number[] = [];

  constructor(
    readonly question: Float32Array,
    private readonly count: number,
  ) {}

  offer(id: number, vector: Float32Array): void {
    const { question, ids } = this;
    let score = 0;
    for (let at = 0; at < question.length; at += 1) score += (question[at] ?? 0) * (vector[at] ?? 0);
    if (ids.length === this.count && score <= (this.#scores.at(-1) ?? 0)) return;
    let place = ids.length;
    while (place > 0 && (this.#scores[place - 1] ?? 0) < score) place -= 1;
    ids.splice(place, 0, id);
    this.#scores.splice(place, 0, score);
    if (ids.length > this.count) {
      ids.pop();
      this.#scores.pop();
    }
  }
}
