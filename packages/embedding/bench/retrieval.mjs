// How well vectors alone find judged documents, by precision and by way of scoring a document's windows.
// Usage: node packages/embedding/bench/retrieval.mjs <folder with docs.jsonl, queries.jsonl, qrels.tsv> [--json]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeEmbeddingFailure, meanOfWindows, openEmbedder } from '@memvisor/embedding';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder of a judged collection');
const lines = (name) => readFileSync(join(folder, name), 'utf8').trim().split('\n');
const documents = lines('docs.jsonl').map((line) => JSON.parse(line));
const queries = lines('queries.jsonl').map((line) => JSON.parse(line));
const relevant = new Map();
for (const line of lines('qrels.tsv')) {
  const [query, document] = line.split('\t');
  relevant.set(query, (relevant.get(query) ?? new Set()).add(document));
}
const idOf = (entry) => String(entry.id ?? entry._id);
const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

const measure = (queryVectors, documentVectors) => {
  let ndcg = 0;
  let recall = 0;
  let judged = 0;
  for (const [i, query] of queries.entries()) {
    const wanted = relevant.get(idOf(query));
    if (wanted === undefined) continue;
    judged++;
    const top = documentVectors
      .map((windows, at) => ({
        at,
        score: Math.max(...windows.map((vector) => dot(vector, queryVectors[i]))),
      }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10);
    const hits = top.map(({ at }) => wanted.has(idOf(documents[at])));
    const gain = (flags) => flags.reduce((sum, hit, rank) => sum + (hit ? 1 / Math.log2(rank + 2) : 0), 0);
    ndcg += gain(hits) / gain(Array(Math.min(10, wanted.size)).fill(true));
    recall += hits.filter(Boolean).length / wanted.size;
  }
  return { ndcgAt10: ndcg / judged, recallAt10: recall / judged };
};

const rows = [];
for (const precision of ['fp16', 'int8']) {
  const opened = await openEmbedder({ precision });
  if (!opened.ok) throw new Error(describeEmbeddingFailure(opened.failure));
  const { embedder } = opened;
  const queryVectors = await embedder.embed(queries.map(({ text }) => text));
  const windows = documents.map(() => []);
  const texts = documents.map(({ title, text }) => [title, text].filter(Boolean).join('\n'));
  for (const { textIndex, vector } of await embedder.embedWindows(texts)) windows[textIndex].push(vector);
  await embedder.close();
  const ways = {
    'first window only': windows.map(([first]) => [first]),
    'mean of windows': windows.map((all) => [meanOfWindows(all)]),
    'best window': windows,
  };
  for (const [way, vectors] of Object.entries(ways))
    rows.push({ precision, way, ...measure(queryVectors, vectors) });
}
if (process.argv.includes('--json')) console.log(JSON.stringify(rows));
else
  for (const { precision, way, ndcgAt10, recallAt10 } of rows)
    console.log(
      `${precision}  ${way.padEnd(18)} nDCG@10 ${ndcgAt10.toFixed(3)}  recall@10 ${recallAt10.toFixed(3)}`,
    );
