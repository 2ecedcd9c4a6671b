/** How the token vectors of a text become one. */
export type Pooling = 'mean' | 'cls' | 'max';

/** Everything needed to run a model, as plain data: it crosses to other processes as it is. */
export type ModelFolder = {
  readonly path: string;
  readonly name: string;
  readonly fingerprint: string;
  /** Path of the `.onnx` file. */
  readonly modelFile: string;
  /** `use-lite` is this package's own exact tokenizer; `library` reads any `tokenizer.json`. */
  readonly tokenizer: 'use-lite' | 'library';
  /** For outputs with a vector a token; one with a vector a text is taken as it is. */
  readonly pooling: Pooling;
  readonly normalize: boolean;
  readonly windowTokens: number;
  readonly overlapTokens: number;
  readonly padId: number;
  readonly batchSize: number;
  readonly collapseWhitespace: boolean;
};
