/** How wide the values are that a step keeps, in bytes per element: where the policies of src/model/precision.ts put 16 bits. */
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
  /** The copy of a weight matrix that a product keeps; 0 where it keeps the variable itself. */
  readonly weightCopy: number;
  /** A product makes a narrow copy of what enters it: the tape keeps that one, made by the component of the product. */
  readonly copiesOperands: boolean;
}

const FLOAT32: Widths = { stream: WIDE, product: WIDE, probabilities: WIDE, weightCopy: 0, copiesOperands: false };
const AUTOCAST: Widths = { ...FLOAT32, product: NARROW, weightCopy: NARROW, copiesOperands: true };
const MIXED: Widths = { ...FLOAT32, stream: NARROW, product: NARROW, probabilities: NARROW };

/** Of the precisions that train. */
const WIDTHS: Readonly<Partial<Record<RunConfig['step']['precision'], Widths>>> = {
  float32: FLOAT32,
  'autocast-float16': AUTOCAST,
  'autocast-bfloat16': AUTOCAST,
  'mixed-float16': MIXED,
  'mixed-bfloat16': MIXED,
};

export const TRAINABLE_PRECISIONS = Object.keys(WIDTHS) as RunConfig['step']['precision'][];

/** Throws for a precision that does not train. */
export function widthsOf(precision: RunConfig['step']['precision']): Widths {
  const widths = WIDTHS[precision];
  if (widths === undefined) throw new Error(`${precision} does not train`);
  return widths;
}
