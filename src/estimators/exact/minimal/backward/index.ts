/** Backward through operations that bring their own gradients. Each frees what it makes on the way, so that its results stay. */
import type { Operations } from '../../backward/operations.ts';
import { minimalForward } from '../forward/index.ts';
import { minimalBlockTape } from '../tape.ts';
import { activationBackward } from './activation.ts';
import { embeddingBackward } from './embedding.ts';
import { gateBackward } from './gate.ts';
import { movedHeadsBackward } from './heads.ts';
import { linearBackward } from './linear.ts';
import { lossBackward } from './loss.ts';
import { normalizationBackward } from './normalization.ts';
import { residualBackward } from './residual.ts';
import { rotaryBackward } from './rotary.ts';
import { scaledDotProductBackward } from './scaledDotProduct.ts';

export const minimal: Operations = {
  forward: minimalForward,
  loss: lossBackward,
  linear: linearBackward,
  normalization: normalizationBackward,
  joinedHeads: movedHeadsBackward,
  splitHeads: movedHeadsBackward,
  context: ({ NQ, widths }) => ({ attention: NQ * widths.product }),
  scaledDotProduct: scaledDotProductBackward,
  rotary: rotaryBackward,
  activation: activationBackward,
  activationKeepsOutput: ({ model }) => model.activation === 'relu',
  gate: gateBackward,
  residual: residualBackward,
  tape: minimalBlockTape,
  // With post-norm the last norm's output, of which the next product would take a copy.
  segmentValue: ({ pre, widths, NH }) => (pre || !widths.copiesOperands ? {} : { normalization: NH * widths.stream }),
  embedding: embeddingBackward,
  entering: ({ NH, widths }) => ({ embedding: NH * widths.stream }),
  leadingNowhere: () => ({ embedding: {}, block: {} }),
};
