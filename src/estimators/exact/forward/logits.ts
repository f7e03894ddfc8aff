/** Forward through a model, up to its logits. */
import { cast } from '../kernels.ts';
import { type Moment, once, type Stretch } from '../moments.ts';
import { type Pass, type Stack, stacksOf } from '../pass.ts';
import { blockForward } from './block.ts';
import type { ForwardOperations } from './operations.ts';
import { segmentForward } from './segment.ts';

export const toLogits = (operations: ForwardOperations, pass: Pass): Stretch[] => [
  ...stacksOf(pass).flatMap((stack) => stackForward(operations, pass, stack)),
  once(headForward(operations, pass)),
];

/** The embedding, the blocks and the closing norm. */
function stackForward(operations: ForwardOperations, pass: Pass, stack: Stack): Stretch[] {
  const closing = once(pass.pre ? operations.normalization(pass) : []);
  const embedding = once(embeddingForward(operations, pass));
  const { recomputed, model } = pass;
  if (recomputed === null)
    return [embedding, { moments: blockForward(operations, pass, stack), times: model.layers }, closing];
  const [first = 1] = recomputed;
  const last = recomputed.at(-1) ?? first; // may be shorter
  const segment = (count: number) => segmentForward(operations, pass, stack, count);
  return [embedding, { moments: segment(first), times: recomputed.length - 1 }, once(segment(last)), closing];
}

export function embeddingForward(operations: ForwardOperations, pass: Pass): readonly Moment[] {
  const { NH, widths, dropout } = pass;
  return [
    ...operations.lookup(pass),
    ...cast('embedding', NH, widths.variable, widths.stream),
    ...(dropout ? operations.dropout(pass, 'embedding', NH, widths.stream) : []),
  ];
}

export const headForward = (operations: ForwardOperations, pass: Pass): readonly Moment[] =>
  operations.linear(pass, 'head', {
    ...{ rows: pass.model.hiddenSize, columns: pass.model.vocabularySize },
    ...{ fromStream: true, hasBias: false },
  });
