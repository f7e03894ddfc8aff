/** What the tape keeps of the head and of tfjs's softmaxCrossEntropy. The logits are not kept. */
import type { ByComponent } from '../byComponent.ts';
import type { Pass } from '../pass.ts';
import { WIDE } from '../widths.ts';
import { operandCopy } from './linear.ts';

export const headTape = (pass: Pass): ByComponent => ({
  head: operandCopy(pass, pass.NH) + pass.model.vocabularySize * pass.model.hiddenSize * pass.widths.weightCopy, // MatMul.b
});

export const lossTape = ({ N, NV }: Pass): ByComponent => ({
  loss:
    NV * WIDE + // one-hot targets as float32 (saved by softmaxCrossEntropy)
    NV * WIDE + // log-probabilities (the same)
    N * WIDE + // losses of the tokens (Sum.x)
    WIDE + // their sum (RealDiv.a)
    WIDE + // their number (RealDiv.b)
    WIDE, // the loss
});
