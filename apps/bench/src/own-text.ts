import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const documents = fileURLToPath(new URL('../../../../docs/', import.meta.url));

/** All documents of this repository but the benchmarks, one after the other. */
export const ownText = (): string =>
  readdirSync(documents, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('benchmarks'))
    .sort()
    .map((name) => readFileSync(`${documents}/${name}`, 'utf8').replace(/\s*\n\s*/g, ' '))
    .join('\n');
