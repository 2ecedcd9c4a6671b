import { readFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';

const root = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

test.each(['quick-start', 'counter'])("the top README's example %s is the file, word for word", (name) => {
  expect(read('README.md')).toContain(`\`\`\`ts\n${read(`apps/demo/examples/${name}.ts`)}\`\`\``);
});

test('the example of the runtime runs', async () => {
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await import('../examples/counter.js');
  expect(log).toHaveBeenCalledWith(0);
  log.mockRestore();
});
