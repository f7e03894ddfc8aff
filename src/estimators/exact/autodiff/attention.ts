/** What the tape keeps of attention, up to its output, which is counted with the residual stream. */
import type { Pass } from '../pass.ts';
import { linearTape, operandCopy } from './linear.ts';
import { rotaryTape } from './rotary.ts';
import { scaledDotProductTape } from './scaledDotProduct.ts';

/** Bytes. One projection for queries, keys and values. */
export function selfAttentionTape(pass: Pass, masked: boolean): number {
  const { model, NH, NQ, NK } = pass;
  const { hiddenSize: H, heads, keyValueHeads, headSize } = model;
  return (
    operandCopy(pass, NH) +
    linearTape(pass, H * (heads + 2 * keyValueHeads) * headSize, NQ + 2 * NK) +
    (model.positions === 'rotary' ? rotaryTape(pass, NQ) + rotaryTape(pass, NK) : 0) +
    fromHeads(pass, masked)
  );
}

/** Queries of one stack, keys and values of another's output: two projections, no mask, and positions are not turned. */
export function crossAttentionTape(pass: Pass): number {
  const { model, NH, NQ, NK } = pass;
  const { hiddenSize: H, heads, keyValueHeads, headSize } = model;
  return (
    operandCopy(pass, NH) +
    linearTape(pass, H * heads * headSize, NQ) +
    operandCopy(pass, NH) + // of the encoder's output, for each block
    linearTape(pass, H * 2 * keyValueHeads * headSize, 2 * NK) +
    fromHeads(pass, false)
  );
}

function fromHeads(pass: Pass, masked: boolean): number {
  const { model, widths, NQ, NK } = pass;
  const { product } = widths;
  const { hiddenSize: H, heads, keyValueHeads, headSize } = model;
  return (
    (NQ + 2 * NK) * product + // q, k and v (Reshape.x)
    movedToHeads(heads, NQ) * product + // transposed to heads (MatMul.a)
    2 * movedToHeads(keyValueHeads, NK) * product + // the same of both others (MatMul.b)
    scaledDotProductTape(pass, masked) +
    NQ * product + // context, heads joined (MatMul.a)
    linearTape(pass, heads * headSize * H, pass.NH)
  );
}

/** With one head a transpose to heads or back moves nothing, and shares the buffer of what it transposes. */
const movedToHeads = (heads: number, elements: number): number => (heads > 1 ? elements : 0);
