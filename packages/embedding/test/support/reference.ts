import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export type Reference = { readonly ids: number[][]; readonly vectors: number[][] };

/** Runs `@energetic-ai/embeddings` on texts, outside of jest's realm. */
export const runReference = async (texts: readonly string[], vectors: boolean): Promise<Reference> => {
  const program = fileURLToPath(new URL('../../../test/fixtures/reference.mjs', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  child.stdin.end(JSON.stringify({ texts, vectors }));
  const output = await readAll(child.stdout);
  const [code] = await exited;
  if (code !== 0) throw new Error(`the reference ended with code ${code}`);
  return JSON.parse(output) as Reference;
};
