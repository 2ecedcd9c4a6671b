import type { GraphWriter } from './graph.js';
import type { Weight } from './source.js';

/** How the weights of a default model are stored. */
export type Precision = 'fp32' | 'fp16' | 'int8';

/** A matrix product's weights, `[inputs, outputs]`, with the bias that is added to the product. */
export type Linear = { readonly name: string; readonly kernel: Weight; readonly bias: Weight };

/** A kernel's two dimensions; the 1 × 1 convolutions of the source carry two more of size 1. */
export const kernelDims = ({ shape }: Weight): readonly [inputs: number, outputs: number] => [
  shape.at(-2) ?? 1,
  shape.at(-1) ?? 1,
];

/** Adds `x · kernel + bias` for several layers that read the same `x`. */
export const linears = (
  graph: GraphWriter,
  x: string,
  layers: readonly Linear[],
  precision: Precision,
): string[] => {
  if (precision !== 'int8') return layers.map((layer) => linear(graph, x, layer, precision));
  const quantized = graph.ops('DynamicQuantizeLinear', [x], 3);
  return layers.map((layer) => quantizedLinear(graph, quantized, layer));
};

/** Adds `x · kernel + bias` with float weights. */
export const linear = (graph: GraphWriter, x: string, layer: Linear, precision: 'fp32' | 'fp16'): string => {
  const { name, kernel, bias } = layer;
  const dims = kernelDims(kernel);
  const weights = graph[precision === 'fp16' ? 'halves' : 'floats'](`${name}_kernel`, dims, kernel.data);
  return graph.op('Add', [
    graph.op('MatMul', [x, weights]),
    graph.floats(`${name}_bias`, bias.shape, bias.data),
  ]);
};

/** Integer product: the input's scale is found while running, the kernel has one scale a column. */
const quantizedLinear = (graph: GraphWriter, [x, scale, zero]: string[], layer: Linear): string => {
  const { name, kernel, bias } = layer;
  const [inputs, outputs] = kernelDims(kernel);
  const { values, scales } = quantizeColumns(kernel.data, inputs, outputs);
  const weights = graph.bytes(`${name}_kernel`, [inputs, outputs], values);
  const product = graph.op('MatMulInteger', [x ?? '', weights, zero ?? '']);
  const factor = graph.op('Mul', [scale ?? '', graph.floats(`${name}_scales`, [outputs], scales)]);
  const scaled = graph.op('Mul', [graph.op('Cast', [product], { to: 1 }), factor]);
  return graph.op('Add', [scaled, graph.floats(`${name}_bias`, bias.shape, bias.data)]);
};

type Quantized = { readonly values: Int8Array; readonly scales: Float32Array };

/**
 * Largest integer in a kernel. Without VNNI, x86 adds two products in 16 bits, which overflow with weights up to
 * 127 (cosine 0.95 to the exact product); up to 80 they practically never do (0.99996), on the fast kernel.
 */
const kernelLimit = 80;

/** Symmetric 8-bit integers with one scale a column: `value ≈ integer × scale of its column`. */
export const quantizeColumns = (data: Float32Array, rows: number, columns: number): Quantized => {
  const scales = new Float32Array(columns);
  for (let at = 0; at < data.length; at++) {
    const column = at % columns;
    scales[column] = Math.max(scales[column] ?? 0, Math.abs(data[at] ?? 0));
  }
  for (let column = 0; column < columns; column++) scales[column] = (scales[column] || 1) / kernelLimit;
  const values = new Int8Array(rows * columns);
  for (let at = 0; at < values.length; at++)
    values[at] = Math.round((data[at] ?? 0) / (scales[at % columns] ?? 1));
  return { values, scales };
};

/** Symmetric 8-bit integers with one scale a row. */
export const quantizeRows = (data: Float32Array, rows: number, columns: number): Quantized => {
  const scales = new Float32Array(rows);
  const values = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const part = data.subarray(row * columns, (row + 1) * columns);
    const scale = part.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127 || 1;
    scales[row] = scale;
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = Math.round((part[column] ?? 0) / scale);
  }
  return { values, scales };
};
