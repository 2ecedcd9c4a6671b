import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const root = new URL('../../../../', import.meta.url);

test("the top README's example is the quick start, word for word", () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const quickStart = readFileSync(new URL('apps/demo/examples/quick-start.ts', root), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${quickStart}\`\`\``);
});
