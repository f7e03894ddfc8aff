/** Forward through a model, up to its logits. */
import { cast } from '../kernels.ts';
import { type Moment, once, type Stretch } from '../moments.ts';
import type { Pass, Stack } from '../pass.ts';
import { blockForward } from './block.ts';
import type { ForwardOperations } from './operations.ts';
import { segmentForward } from './segment.ts';

export function toLogits(operations: ForwardOperations, pass: Pass): Stretch[] {
  const { architecture } = pass.model;
  const stacks =
    architecture === 'encoder-decoder'
      ? [
          { masked: false, cross: false },
          { masked: true, cross: true },
        ]
      : [{ masked: architecture === 'decoder', cross: false }];
  return [...stacks.flatMap((stack) => stackForward(operations, pass, stack)), once(headForward(operations, pass))];
}

/** The embedding, the blocks and the closing norm. */
function stackForward(operations: ForwardOperations, pass: Pass, stack: Stack): Stretch[] {
  const closing = once(pass.pre ? operations.normalization(pass) : []);
  const embedding = once(embeddingForward(operations, pass));
  const { recomputed, model } = pass;
  if (recomputed === null)
    return [embedding, { moments: blockForward(operations, pass, stack), times: model.layers }, closing];
  const segments = recomputed.map((count) => once(segmentForward(operations, pass, stack, count)));
  return [embedding, ...segments, closing];
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
