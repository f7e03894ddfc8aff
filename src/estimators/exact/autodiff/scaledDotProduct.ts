/** What the tape keeps between q, k and v and what is mixed of them. */
import type { Pass } from '../pass.ts';
import { WIDE } from '../widths.ts';
import { dropoutNoise } from './dropout.ts';

/** Bytes. `masked`: a mask is added to the scores. */
export function scaledDotProductTape({ model, widths, dropout, selective, A, NQ }: Pass, masked: boolean): number {
  const { product, copiesOperands } = widths;
  if (selective) return 0;
  const dropped = A * (copiesOperands ? product : WIDE); // what stays of the probabilities (MatMul.a)
  return (
    A * product + // q·kᵀ (Mul.a)
    WIDE + // the scale 1/√headSize (Mul.b)
    (masked ? A * product : 0) + // scaled (Add.a)
    A * WIDE + // softmax (Softmax.y; MatMul.a where neither a copy nor dropout comes between)
    (dropout ? dropoutNoise(A) + dropped : copiesOperands ? A * product : 0) +
    (model.keyValueHeads < model.heads ? NQ * product : 0) // what is mixed, where a group's heads were rows of one product (Reshape.x)
  );
}
