/**
 * Which numbers have 16 bits. One table of policies, each a set of places at which the model casts; below them an operation with a 16-bit
 * operand computes in 16 bits, except those named in `runtime/wideOperations.ts`, which compute in 32 from temporary copies.
 *
 * | | weights | matrix products | softmax | norms | residual stream | loss | optimizer |
 * |---|---|---|---|---|---|---|---|
 * | float32 | 32 | 32 | 32 | 32 | 32 | 32 | 32 |
 * | autocast | 32, and a 16-bit copy of each matrix kept for backward | 16 | 32, and a 16-bit copy | 32 | 32 | 16 and 32 (minimal), 32 (autodiff) | 32 |
 * | mixed | 32, cast at each use | 16 | 16 (minimal), 32 (autodiff) | 16, statistics 32 | 16 | 32 | 32 |
 * | float16, bfloat16 | 16 | 16 | as mixed | as mixed | 16 | 32 | none: for inference |
 * | int8-weights | 8 in blocks, and 32-bit copies while a product runs; else 32 | 32 | 32 | 32 | 32 | 32 | none: for inference |
 *
 * autocast is PyTorch's (its CUDA policy) and Rees's; mixed is that of Micikevicius et al. 2018 as Korthikanti et al. 2022 and Megatron
 * count it. The gradient of a weight has 32 bits wherever the weight has.
 */
import type { RunConfig } from '../config/schema.ts';
import type { Casts } from './casts.ts';
import { ofVariable } from './component.ts';
import { withGradient } from './customGradient.ts';
import type { Tensor, Tf } from './tensorflow.ts';

type Cast = <T extends Tensor>(x: T) => T;

/** Where the model casts. */
export interface Precision {
  /** An activation that enters a matrix product. */
  readonly operand: Cast;
  /** A weight matrix that enters one. */
  readonly weight: Cast;
  /** The residual stream, and what is added to it. */
  readonly stream: Cast;
  /** What softmax gives, as the minimal form keeps it, and the gradient that softmax gets back. */
  readonly probabilities: Cast;
  /** The logits, before the loss. */
  readonly logits: Cast;
  /** Whether a matrix in use is a copy that is to go when its product is there. */
  readonly copiesWeights: boolean;
  /** What the mean is taken of: the minimal form's log-probabilities, the logits of autodiff's. */
  readonly logProbabilities: Cast;
}

const same: Cast = (x) => x;

const FLOAT32: Precision = {
  operand: same,
  weight: same,
  stream: same,
  probabilities: same,
  logits: same,
  logProbabilities: same,
  copiesWeights: false,
};

/** `casts` is null where there is no 16-bit storage: then everything has 32 bits. `dequantized` is brought by who quantised. */
export function createPrecision(
  tf: Tf,
  precision: RunConfig['step']['precision'],
  casts: Casts | null,
  dequantized: ((weight: Tensor) => Tensor) | null = null,
): Precision {
  if (precision === 'float32') return FLOAT32;
  if (precision === 'int8-weights') {
    if (dequantized === null) throw new Error(`${precision} needs a model that is quantised`);
    return { ...FLOAT32, weight: dequantized as Cast, copiesWeights: true };
  }
  if (casts === null) throw new Error(`${precision} needs 16-bit storage`);
  const { narrow, widen } = casts;
  /** `cast` in forward; the gradient comes back in 32 bits and is the weight's. */
  const master = (cast: Cast): Cast => {
    return (weight) =>
      withGradient(tf, [weight], {
        forward: () => ({ value: cast(weight), saved: [] }),
        backward: (dy) => [ofVariable(() => widen(dy))],
      });
  };
  const narrowStream = {
    ...{ stream: narrow, probabilities: narrow, logits: widen, logProbabilities: same },
    copiesWeights: false,
  };
  switch (precision) {
    case 'autocast-float16':
    case 'autocast-bfloat16':
      return {
        operand: narrow,
        weight: master(narrow),
        stream: widen,
        probabilities: widen,
        logits: same,
        logProbabilities: widen,
        copiesWeights: false,
      };
    case 'mixed-float16':
    case 'mixed-bfloat16':
      return { operand: same, weight: master((weight) => weight.clone()), ...narrowStream };
    case 'float16':
    case 'bfloat16':
      return { operand: same, weight: same, ...narrowStream };
  }
}

/** The type of a precision that is narrower than float32; null for float32. */
export function narrowTypeOf(precision: RunConfig['step']['precision']): 'float16' | 'bfloat16' | 'int8' | null {
  if (precision === 'float32') return null;
  if (precision === 'int8-weights') return 'int8';
  return precision.endsWith('bfloat16') ? 'bfloat16' : 'float16';
}
