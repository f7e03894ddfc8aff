/** Backward through tfjs's own operations. */
import type { Operations } from '../../backward/operations.ts';
import { WIDE } from '../../widths.ts';
import { blockTape } from '../block.ts';
import { leadingNowhere } from '../dropout.ts';
import { autodiffForward } from '../forward/index.ts';
import { activationBackward } from './activation.ts';
import { embeddingBackward } from './embedding.ts';
import { gateBackward } from './gate.ts';
import { joinedHeadsBackward, splitHeadsBackward } from './heads.ts';
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
  joinedHeads: joinedHeadsBackward,
  splitHeads: splitHeadsBackward,
  scaledDotProduct: scaledDotProductBackward,
  rotary: rotaryBackward,
  activation: activationBackward,
  activationKeepsOutput: () => false,
  gate: gateBackward,
  residual: residualBackward,
  context: () => ({}), // a Reshape keeps it
  tape: blockTape,
  segmentValue: () => ({}),
  embedding: embeddingBackward,
  // In 32 bits without dropout it is what a Reshape of the embedding keeps.
  entering: ({ widths, dropout, NH }) => (widths.stream < WIDE || dropout ? { embedding: NH * widths.stream } : {}),
  leadingNowhere: (pass, { cross }) => {
    const { dropout, selective, NH, A } = pass;
    if (!dropout) return { embedding: {}, block: {} };
    const [attentions, parts] = cross ? [2, 3] : [1, 2];
    return {
      embedding: { embedding: leadingNowhere(NH) },
      block: { attention: selective ? 0 : attentions * leadingNowhere(A), residual: parts * leadingNowhere(NH) },
    };
  },
};
