/** Backward through the head. */
import type { Pass } from '../pass.ts';
import type { Gradient } from './gradient.ts';
import type { Operations } from './operations.ts';
import type { Walk } from './walk.ts';

/** Gives the gradients of what comes out of the stack, and of the weight. */
export function headBackward(
  { linear }: Operations,
  walk: Walk,
  pass: Pass,
  dy: Gradient,
): { input: Gradient; weight: Gradient } {
  const { model, widths, NH } = pass;
  const { hiddenSize: rows, vocabularySize: columns, tiedEmbedding: isTied } = model;
  const input = { width: widths.stream, before: null, gone: { normalization: NH * widths.stream } };
  return linear(walk, pass, 'head', dy, { rows, columns, input, hasBias: false, isTied });
}
