/** Forward through tfjs's own operations. */
import type { ForwardOperations } from '../../forward/operations.ts';
import { blockTape } from '../block.ts';
import { activationForward } from './activation.ts';
import { dropoutForward } from './dropout.ts';
import { linearForward } from './linear.ts';
import { lookupForward } from './lookup.ts';
import { lossForward } from './loss.ts';
import { normalizationForward } from './normalization.ts';
import { rotaryForward } from './rotary.ts';
import { scaledDotProductForward } from './scaledDotProduct.ts';

export const autodiffForward: ForwardOperations = {
  lookup: lookupForward,
  normalization: normalizationForward,
  linear: linearForward,
  rotary: rotaryForward,
  scaledDotProduct: scaledDotProductForward,
  activation: activationForward,
  dropout: dropoutForward,
  loss: lossForward,
  left: blockTape,
};
