/** Forward through operations that bring their own gradients. */
import { plus } from '../../byComponent.ts';
import type { ForwardOperations } from '../../forward/operations.ts';
import { minimalBlockTape } from '../tape.ts';
import { activationForward } from './activation.ts';
import { dropoutForward } from './dropout.ts';
import { linearForward } from './linear.ts';
import { lookupForward } from './lookup.ts';
import { lossForward } from './loss.ts';
import { normalizationForward } from './normalization.ts';
import { rotaryForward } from './rotary.ts';
import { scaledDotProductForward } from './scaledDotProduct.ts';

export const minimalForward: ForwardOperations = {
  lookup: lookupForward,
  normalization: normalizationForward,
  linear: linearForward,
  rotary: rotaryForward,
  scaledDotProduct: scaledDotProductForward,
  activation: activationForward,
  dropout: dropoutForward,
  loss: lossForward,
  // With post-norm a block's output is kept by the product that takes it, unless that makes a copy; it is there until forward ends.
  left: (pass, stack) => {
    const { pre, widths, NH } = pass;
    const output = pre || !widths.copiesOperands ? {} : { normalization: NH * widths.stream };
    return plus(minimalBlockTape(pass, stack), output);
  },
};
