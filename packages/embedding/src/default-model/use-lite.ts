import { GraphWriter } from './graph.js';
import { kernelDims, type Linear, linear, linears, type Precision, quantizeRows } from './matrices.js';
import type { SourceModel, Weight } from './source.js';

/** Tokens the model looks at; whatever follows has no effect on the vector. */
export const windowTokens = 128;
/** Length of the model's vectors. */
export const dimensions = 512;
const embeddingWidth = 256;
/** The table's last two rows belong to no piece. */
const pieces = 8000;
const heads = 4;

const applied = 'module_apply_default/Encoder_en/KonaTransformer/Encode/';
const kernels = 'module/Encoder_en/KonaTransformer/Encode/';

/**
 * Lays out Universal Sentence Encoder lite as an ONNX graph: two pre-norm transformer layers, mean over the
 * tokens, a tanh layer, length 1. Inputs `input_ids` and `attention_mask`, output `embeddings`.
 */
export const writeUseLite = (source: SourceModel, precision: Precision): Uint8Array => {
  const graph = new GraphWriter();
  const clip = (input: string): string =>
    graph.op('Slice', [input, graph.integers(0), graph.integers(windowTokens), graph.integers(1)]);
  const ids = clip('input_ids');
  const mask = graph.op('Cast', [clip('attention_mask')], { to: 1 });
  const hidden = graph.op('Mul', [graph.op('Sub', [graph.scalar(1), mask]), graph.scalar(-1e9)]);
  const attentionBias = graph.op('Unsqueeze', [hidden, graph.integers(1, 2)]);

  const x = graph.op('Add', [embeddings(graph, source, ids, precision), timing(graph, source, ids)]);
  const first = layer(graph, source, 0, x, attentionBias, precision);
  const [widened] = linears(graph, first.inner, [first.last], precision);
  const second = layer(graph, source, 1, graph.op('Add', [first.y, widened ?? '']), attentionBias, precision);
  // Small, and the last word on the vector: float products in the int8 model too.
  const floatPrecision = precision === 'fp32' ? 'fp32' : 'fp16';
  const mean = poolLayer(graph, second, mask, floatPrecision);

  const tanh: Linear = {
    name: 'tanh',
    kernel: source.weight('module/Encoder_en/hidden_layers/tanh_layer_0/weights'),
    bias: source.weight('module/Encoder_en/hidden_layers/tanh_layer_0/bias'),
  };
  const vector = graph.op('Tanh', [linear(graph, mean, tanh, floatPrecision)]);
  const squares = graph.op('ReduceSum', [graph.op('Mul', [vector, vector]), graph.integers(1)], {
    keepdims: 1,
  });
  const norm = graph.op('Sqrt', [graph.op('Max', [squares, graph.scalar(1e-12)])]);
  const normalized = graph.op('Div', [vector, norm]);
  const output = graph.named('embeddings', normalized);

  return graph.finish({
    name: 'use-lite',
    inputs: ['input_ids', 'attention_mask'].map((name) => ({
      name,
      type: 'int64',
      dims: ['batch', 'sequence'],
    })),
    outputs: [{ name: output, type: 'float', dims: ['batch', dimensions] }],
  });
};

/** Twice the piece's embedding: the source adds its positions to `e` and the sum to `e` again. */
const embeddings = (graph: GraphWriter, source: SourceModel, ids: string, precision: Precision): string => {
  const { data } = source.weight('module/Embeddings_en');
  const table = data.subarray(0, pieces * embeddingWidth).map((value) => 2 * value);
  const dims = [pieces, embeddingWidth];
  if (precision === 'fp32') return graph.op('Gather', [graph.floats('pieces', dims, table), ids]);
  if (precision === 'fp16') return graph.op('Gather', [graph.halves('pieces', dims, table), ids]);
  const { values, scales } = quantizeRows(table, pieces, embeddingWidth);
  const rows = graph.op('Cast', [graph.op('Gather', [graph.bytes('pieces', dims, values), ids])], { to: 1 });
  return graph.op('Mul', [
    rows,
    graph.op('Gather', [graph.floats('piece_scales', [pieces, 1], scales), ids]),
  ]);
};

/** Positions 0, 1, 2, … as 128 sines followed by 128 cosines. */
const timing = (graph: GraphWriter, source: SourceModel, ids: string): string => {
  const rates = source.weight(
    `${applied}TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`,
  ).data;
  const signal = new Float32Array(windowTokens * embeddingWidth);
  for (let position = 0; position < windowTokens; position++)
    for (const [i, rate] of rates.entries()) {
      const angle = Math.fround(position * rate);
      signal[position * embeddingWidth + i] = Math.sin(angle);
      signal[position * embeddingWidth + rates.length + i] = Math.cos(angle);
    }
  const all = graph.floats('timing', [windowTokens, embeddingWidth], signal);
  const count = graph.op('Slice', [graph.op('Shape', [ids]), graph.integers(1), graph.integers(2)]);
  return graph.op('Slice', [all, graph.integers(0), count, graph.integers(0)]);
};

/** A layer's output is `y + inner · last`. */
type Layer = { readonly y: string; readonly inner: string; readonly last: Linear };

/**
 * The mean over the tokens of a layer's output. The mean goes through the layer's last product, so that it is
 * taken once a text and not once a token: the same numbers for a sixth less work.
 */
const poolLayer = (
  graph: GraphWriter,
  { y, inner, last }: Layer,
  mask: string,
  precision: 'fp16' | 'fp32',
): string => {
  const rows = graph.op('Unsqueeze', [mask, graph.integers(1)]);
  const count = graph.op('ReduceSum', [mask, graph.integers(1)], { keepdims: 1 });
  const divisor = graph.op('Max', [count, graph.scalar(1)]);
  const mean = (x: string): string =>
    graph.op('Div', [graph.op('Squeeze', [graph.op('MatMul', [rows, x]), graph.integers(1)]), divisor]);
  const { name, kernel, bias } = last;
  const product = graph.op('MatMul', [
    mean(inner),
    graph[precision === 'fp16' ? 'halves' : 'floats'](`${name}_kernel`, kernelDims(kernel), kernel.data),
  ]);
  // Without tokens there is nothing that the bias is added to.
  const share = graph.op('Div', [count, divisor]);
  const shared = graph.op('Mul', [share, graph.floats(`${name}_bias`, bias.shape, bias.data)]);
  return graph.op('Add', [graph.op('Add', [mean(y), product]), shared]);
};

const layer = (
  graph: GraphWriter,
  source: SourceModel,
  number: 0 | 1,
  x: string,
  attentionBias: string,
  precision: Precision,
): Layer => {
  const path = `Layer_${number}/TransformerLayer/`;
  const name = (part: string): string => `layer${number}_${part}`;
  const norm = (input: string, at: string, part: string): string => {
    const [scale, bias] = ['scale', 'bias'].map((kind) => {
      const { shape, data } = source.weight(
        `${applied}${path}${at}layer_prepostprocess/layer_norm/layer_norm_${kind}/ConcatPartitions/concat`,
      );
      return graph.floats(name(`${part}_${kind}`), shape, data);
    });
    return graph.op('LayerNormalization', [input, scale ?? '', bias ?? ''], { axis: -1, epsilon: 1e-6 });
  };
  const attention = (part: 'qkv' | 'output'): Linear => ({
    name: name(part),
    kernel: source.weight(`${kernels}${path}MultiheadAttention/${part}_transform_single/kernel/part_0`),
    bias: source.weight(
      `${applied}${path}MultiheadAttention/${part}_transform_single/bias/ConcatPartitions/concat`,
    ),
  });
  const dense = (part: 'conv1' | 'conv2'): Linear => ({
    name: name(part),
    kernel: source.weight(`${applied}TransformerStack/${path}FFN/${part}/Tensordot/Reshape_1`),
    bias: source.weight(`${applied}${path}FFN/${part}/bias/ConcatPartitions/concat`),
  });
  const one = (input: string, part: Linear): string => linears(graph, input, [part], precision)[0] ?? '';

  const scale = source.weight(`${applied}TransformerStack/${path}MultiheadAttention/mul/y`).data[0] ?? 1;
  const qkv = one(norm(x, '', 'attention_norm'), scaleQueries(attention('qkv'), scale));
  const attended = one(selfAttention(graph, qkv, attentionBias), attention('output'));
  const residual =
    number === 1
      ? x // layer 0 widens 256 to 512 numbers; layer 1 passes them on
      : one(x, {
          name: name('residual'),
          kernel: source.weight(`${applied}${path}dense/kernel/ConcatPartitions/concat`),
          bias: source.weight(`${applied}${path}dense/bias/ConcatPartitions/concat`),
        });
  const y = graph.op('Add', [residual, attended]);
  const inner = graph.op('Relu', [one(norm(y, 'FFN/', 'ffn_norm'), dense('conv1'))]);
  return { y, inner, last: dense('conv2') };
};

/** Softmax(q kᵀ + bias) v in four heads; `qkv` holds the three side by side, q scaled already. */
const selfAttention = (graph: GraphWriter, qkv: string, bias: string): string => {
  const [q, k, v] = graph.ops('Split', [qkv], 3, { axis: -1 }).map((part, i) => {
    const parts = graph.op('Reshape', [part, graph.integers(0, 0, heads, -1)]);
    return graph.op('Transpose', [parts], { perm: i === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3] });
  });
  const scores = graph.op('Add', [graph.op('MatMul', [q ?? '', k ?? '']), bias]);
  const mixed = graph.op('MatMul', [graph.op('Softmax', [scores], { axis: -1 }), v ?? '']);
  const joined = graph.op('Transpose', [mixed], { perm: [0, 2, 1, 3] });
  return graph.op('Reshape', [joined, graph.integers(0, 0, -1)]);
};

/** Multiplies the query third of kernel and bias by the attention scale, so that no node has to. */
const scaleQueries = ({ name, kernel, bias }: Linear, scale: number): Linear => {
  const scaled = ({ shape, data }: Weight): Weight => {
    const columns = shape.at(-1) ?? 1;
    return { shape, data: data.map((value, at) => (at % columns < columns / 3 ? value * scale : value)) };
  };
  return { name, kernel: scaled(kernel), bias: scaled(bias) };
};
