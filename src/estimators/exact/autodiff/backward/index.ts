/** Backward through tfjs's own operations. */
import type { Operations } from '../../backward/operations.ts';
import { WIDE } from '../../widths.ts';
import { blockTape } from '../block.ts';
import { autodiffForward } from '../forward/index.ts';
import { activationBackward } from './activation.ts';
import { embeddingBackward } from './embedding.ts';
import { linearBackward } from './linear.ts';
import { lossBackward } from './loss.ts';
import { normalizationBackward } from './normalization.ts';
import { residualBackward } from './residual.ts';
import { rotaryBackward } from './rotary.ts';
import { scaledDotProductBackward } from './scaledDotProduct.ts';

export const autodiff: Operations = {
  forward: autodiffForward,
  loss: lossBackward,
  linear: linearBackward,
  normalization: normalizationBackward,
  scaledDotProduct: scaledDotProductBackward,
  rotary: rotaryBackward,
  activation: activationBackward,
  residual: residualBackward,
  tape: blockTape,
  segmentValue: () => ({}),
  embedding: embeddingBackward,
  tiedPart: ({ widths }) => (widths.product < WIDE ? 'gradients' : 'head'), // a narrow one is widened, as a variable's
  oneOfTwo: 'embedding',
};
