import { defaultSystem, Task } from '../../../src/index.js';

const square = async (n: number) => {
  if (n === 3) throw new Error('not this one');
  return n * n;
};

const task = Task.async(() => square(12));
console.log(await task.await()); // => 144

for await (const outcome of Task.asyncStream(defaultSystem, [1, 2, 3], square, { maxConcurrency: 2 }))
  console.log(outcome.ok ? outcome.value : 'failed');
// => 1
// => 4
// => failed
