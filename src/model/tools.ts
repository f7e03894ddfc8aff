/** What the model is built with, beside its parameters: the library, and how its operations are to be done. */
import type { RunConfig } from '../config/schema.ts';
import type { Casts } from './casts.ts';
import type { Checkpoint } from './checkpoint.ts';
import { createPrecision, type Precision } from './precision.ts';
import type { Tensor, Tf } from './tensorflow.ts';

export interface Tools {
  readonly tf: Tf;
  /** `autodiff`: tfjs's operations, whose tape keeps what it keeps. `minimal`: custom gradients that keep what each file's table says. */
  readonly savedTensors: RunConfig['step']['savedTensors'];
  readonly precision: Precision;
  readonly checkpointing: RunConfig['step']['checkpointing'];
  readonly checkpoint: Checkpoint;
}

/** What only the step can bring. Both are needed only by configurations that ask for them. */
export interface Techniques {
  readonly casts?: Casts | null;
  readonly checkpoint?: Checkpoint | null;
  /** Of a model whose matrices are quantised: see quantization.ts. */
  readonly dequantized?: ((weight: Tensor) => Tensor) | null;
}

const noCheckpoint: Checkpoint = () => {
  throw new Error('checkpointing was not brought');
};

export const createTools = (
  tf: Tf,
  { savedTensors, precision, checkpointing }: RunConfig['step'],
  { casts = null, checkpoint = null, dequantized = null }: Techniques = {},
): Tools => ({
  tf,
  savedTensors,
  precision: createPrecision(tf, precision, casts, dequantized),
  checkpointing,
  checkpoint: checkpoint ?? noCheckpoint,
});

/** One operation in its two forms, side by side. Both give the same values and the same gradients, within rounding. */
export const inTwoForms =
  <Arguments extends unknown[], Result>(
    autodiff: (tools: Tools, ...args: Arguments) => Result,
    minimal: (tools: Tools, ...args: Arguments) => Result,
  ): ((tools: Tools, ...args: Arguments) => Result) =>
  (tools, ...args) =>
    tools.savedTensors === 'autodiff' ? autodiff(tools, ...args) : minimal(tools, ...args);
