import { describeEmbeddingFailure, openEmbedder } from '@memvisor/embedding';

const opened = await openEmbedder(); // the default model: built at the first start, no download
if (!opened.ok) throw new Error(describeEmbeddingFailure(opened.failure));
const { embedder } = opened;

const passages = [
  'The harvest was poor and bread became dear.',
  'The telescope showed four moons of Jupiter.',
];
const [question, ...vectors] = await embedder.embed(['Why did food prices rise?', ...passages]);

const score = (vector: Float32Array): number =>
  vector.reduce((sum, x, i) => sum + x * (question?.[i] ?? 0), 0);
const [best] = vectors
  .map((vector, i) => ({ passage: passages[i], score: score(vector) }))
  .sort((a, b) => b.score - a.score);
console.log(best?.passage); // => The harvest was poor and bread became dear.

await embedder.close(); // ends the child processes
