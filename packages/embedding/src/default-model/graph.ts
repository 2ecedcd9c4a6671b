import onnxProto from 'onnx-proto';
import { toHalves } from './half.js';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;

type Attribute = number | readonly number[];

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** ONNX raw data is little-endian, whatever the machine. */
const rawBytes = (values: ArrayBufferView, size: number): Uint8Array => {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (littleEndian || size === 1) return bytes;
  const copy = Buffer.from(bytes);
  return size === 2 ? copy.swap16() : size === 4 ? copy.swap32() : copy.swap64();
};

/** Writes an ONNX graph node by node; every method answers the name of the value it made. */
export class GraphWriter {
  readonly #nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  readonly #tensors: InstanceType<typeof onnx.TensorProto>[] = [];
  readonly #integers = new Map<string, string>();
  #count = 0;

  /** A node with one output. */
  op(type: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    const [output] = this.ops(type, inputs, 1, attributes);
    return output as string;
  }

  /** A node with several outputs. */
  ops(
    type: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Record<string, Attribute> = {},
  ): string[] {
    const id = this.#count++;
    const output = Array.from({ length: outputs }, (_, i) => `${type}_${id}${outputs > 1 ? `_${i}` : ''}`);
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.#nodes.push(
      onnx.NodeProto.create({ opType: type, name: `${type}_${id}`, input: [...inputs], output, attribute }),
    );
    return output;
  }

  /** Gives a value a name of its own choice, as the graph's outputs need. */
  named(name: string, value: string): string {
    for (const node of this.#nodes)
      node.output = node.output.map((output) => (output === value ? name : output));
    return name;
  }

  /** A constant of 32-bit floats. */
  floats(name: string, dims: readonly number[], values: Float32Array): string {
    return this.#tensor(name, dims, DataType.FLOAT, rawBytes(values, 4));
  }

  /** A constant stored in half precision and used as 32-bit floats: the runtime folds the cast while loading. */
  halves(name: string, dims: readonly number[], values: Float32Array): string {
    const stored = this.#tensor(name, dims, DataType.FLOAT16, rawBytes(toHalves(values), 2));
    return this.op('Cast', [stored], { to: DataType.FLOAT });
  }

  /** A constant of 8-bit integers. */
  bytes(name: string, dims: readonly number[], values: Int8Array): string {
    return this.#tensor(name, dims, DataType.INT8, rawBytes(values, 1));
  }

  /** A constant list of 64-bit integers; equal lists are stored once. */
  integers(...values: number[]): string {
    const key = values.join('_');
    const known = this.#integers.get(key);
    if (known !== undefined) return known;
    const name = this.#tensor(
      `int_${key}`,
      [values.length],
      DataType.INT64,
      rawBytes(BigInt64Array.from(values, BigInt), 8),
    );
    this.#integers.set(key, name);
    return name;
  }

  /** A constant single float. */
  scalar(value: number): string {
    return this.floats(`scalar_${this.#count++}`, [], Float32Array.of(value));
  }

  #tensor(name: string, dims: readonly number[], dataType: number, rawData: Uint8Array): string {
    this.#tensors.push(onnx.TensorProto.create({ name, dims: [...dims], dataType, rawData }));
    return name;
  }

  /** The whole model as the bytes of an `.onnx` file. */
  finish(model: {
    readonly name: string;
    readonly inputs: readonly GraphValue[];
    readonly outputs: readonly GraphValue[];
  }): Uint8Array {
    return onnx.ModelProto.encode({
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      producerName: 'memvisor',
      graph: {
        name: model.name,
        node: this.#nodes,
        initializer: this.#tensors,
        input: model.inputs.map(valueInfo),
        output: model.outputs.map(valueInfo),
      },
    }).finish();
  }
}

/** An input or output of a graph; a dimension named by a word is free. */
export type GraphValue = {
  readonly name: string;
  readonly type: 'int64' | 'float';
  readonly dims: readonly (number | string)[];
};

const valueInfo = ({ name, type, dims }: GraphValue) => ({
  name,
  type: {
    tensorType: {
      elemType: type === 'int64' ? DataType.INT64 : DataType.FLOAT,
      shape: { dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })) },
    },
  },
});

const attributeProto = (name: string, value: Attribute) => {
  const { AttributeType } = onnx.AttributeProto;
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? { name, type: AttributeType.INT, i: value }
      : { name, type: AttributeType.FLOAT, f: value };
  return { name, type: AttributeType.INTS, ints: [...value] };
};
