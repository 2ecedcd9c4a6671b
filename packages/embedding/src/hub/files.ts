import type { Precision } from '../default-model/matrices.js';
import { modelFiles } from '../model-folder/read.js';

/** Files of a hub repository that make up a model folder. Only these are ever asked for or written. */
export const requiredFiles = ['config.json', 'tokenizer.json'] as const;
export const optionalFiles = [
  'tokenizer_config.json',
  'modules.json',
  'sentence_bert_config.json',
  '1_Pooling/config.json',
] as const;

/** Where the weights may lie, most usual place first. */
export const weightFiles = (precision: Precision): string[] =>
  [...modelFiles[precision]].sort((a, b) => Number(b.startsWith('onnx/')) - Number(a.startsWith('onnx/')));
