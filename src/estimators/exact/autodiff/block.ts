/** What the tape keeps of one block. What enters it is counted with who made that. */
import { type ByComponent, plus } from '../byComponent.ts';
import type { Pass, Stack } from '../pass.ts';
import { crossAttentionTape, selfAttentionTape } from './attention.ts';
import { feedForwardTape } from './feedForward.ts';
import { normalizationTape } from './normalization.ts';
import { residualTape } from './residual.ts';

export const blockTape = (pass: Pass, { masked, cross }: Stack): ByComponent =>
  plus(
    part(pass, 'attention', selfAttentionTape(pass, masked)),
    cross ? part(pass, 'attention', crossAttentionTape(pass)) : {},
    part(pass, 'feed-forward', feedForwardTape(pass)),
  );

/** One part with its norm and its sum. */
const part = (pass: Pass, name: 'attention' | 'feed-forward', own: number): ByComponent =>
  plus(normalizationTape(pass), { [name]: own }, residualTape(pass, name), { normalization: normed(pass) });

/**
 * What comes out of a norm. Pre: the product that follows takes it (MatMul.a), or a copy that is its own. Post: it is the stream, which a
 * sum keeps in any case (Add.a); of the last block see stack.ts.
 */
export const normed = ({ widths, pre, NH }: Pass): number => (pre && widths.copiesOperands ? 0 : NH * widths.stream);
