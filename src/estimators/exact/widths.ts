/** How wide the values of a step are, in bytes per element: where the policies of src/model/precision.ts put 16 bits. */
import type { RunConfig } from '../../config/schema.ts';
import { FLOAT32_BYTES } from '../../units/bytes.ts';

/** Sums, squares, statistics, softmax, random numbers and scalars: in 32 bits everywhere (src/runtime/wideOperations.ts). */
export const WIDE = FLOAT32_BYTES;
const NARROW = 2;
export const BOOL = 1;

export interface Widths {
  /** The residual stream, and what is made of it by element: the inside of a norm. */
  readonly stream: number;
  /** What enters matrix products and comes out of them, and what is made of it by element. */
  readonly product: number;
  /** Probabilities as the minimal form keeps them. */
  readonly probabilities: number;
  /** The variables themselves. */
  readonly variable: number;
  /** The copy of a weight matrix that a product keeps; 0 where it keeps the variable itself. */
  readonly weightCopy: number;
  /** A product makes a narrow copy of what enters it: the tape keeps that one, made by the component of the product. */
  readonly copiesOperands: boolean;
  /** Matrices of blocks have 8 bits, and are widened for each product. */
  readonly dequantizes: boolean;
}

const FLOAT32: Widths = {
  ...{ stream: WIDE, product: WIDE, probabilities: WIDE, variable: WIDE },
  ...{ weightCopy: 0, copiesOperands: false, dequantizes: false },
};
const AUTOCAST: Widths = { ...FLOAT32, product: NARROW, weightCopy: NARROW, copiesOperands: true };
const MIXED: Widths = { ...FLOAT32, stream: NARROW, product: NARROW, probabilities: NARROW };
const NARROW_WEIGHTS: Widths = { ...MIXED, variable: NARROW };

const WIDTHS: Readonly<Record<RunConfig['step']['precision'], Widths>> = {
  float32: FLOAT32,
  'autocast-float16': AUTOCAST,
  'autocast-bfloat16': AUTOCAST,
  'mixed-float16': MIXED,
  'mixed-bfloat16': MIXED,
  float16: NARROW_WEIGHTS,
  bfloat16: NARROW_WEIGHTS,
  'int8-weights': { ...FLOAT32, dequantizes: true },
};

/** Weights in 32 bits, to learn. */
export const TRAINABLE_PRECISIONS: readonly RunConfig['step']['precision'][] = [
  'float32',
  'autocast-float16',
  'autocast-bfloat16',
  'mixed-float16',
  'mixed-bfloat16',
];

/** Weights as narrow as they are used, or narrower. */
export const INFERENCE_PRECISIONS: readonly RunConfig['step']['precision'][] = [
  'float32',
  'float16',
  'bfloat16',
  'int8-weights',
];

export const widthsOf = (precision: RunConfig['step']['precision']): Widths => WIDTHS[precision];
