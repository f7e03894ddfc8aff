/** Backward through an embedding: gradients of positions and of tokens. */
import type { Component } from '../../../../records/quantity.ts';
import { cast, elementwise, INT32_BYTES } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'embedding';

/**
 * `before`: who has what there is of the gradient of the tokens' table, which two embeddings and a tied head have in common; null where
 * nothing is. A sum is the gradient's own; `isWhole`: what this one gives is all of it.
 */
export function embeddingBackward(pass: Pass, before: Component | null, isWhole: boolean): Moment[] {
  const { model, widths, NH, dropout } = pass;
  const { stream } = widths;
  const VH = model.vocabularySize * model.hiddenSize * WIDE;
  return [
    ...(dropout ? [elementwise(NAME, [NH, stream], [NH, WIDE])] : []), // times what stayed
    ...cast(NAME, NH, stream, WIDE),
    ...placingBackward(pass),
    ...(before === null
      ? gathered(pass, VH, isWhole ? 'gradients' : NAME)
      : [...gathered(pass, VH, NAME), made('gradients', VH), freed(before, VH)]),
  ];
}

function placingBackward(pass: Pass): Moment[] {
  const { model, S, N, NH } = pass;
  const { positions, hiddenSize: H, maxPositions } = model;
  if (positions === 'sinusoidal') return [made(NAME, NH * WIDE)]; // times √H
  if (positions !== 'learned') return [];
  const rows = N > S ? [made(NAME, S * H * WIDE, pass.host * INT32_BYTES)] : []; // of the gathered rows: summed over the sequences; of a single one it is the same
  return [...rows, ...gathered(pass, maxPositions * H * WIDE, 'gradients')];
}

/** UnsortedSegmentSum; its number of segments, and then the shape of the Reshape that follows, are int32 on the host. */
const gathered = ({ host }: Pass, bytes: number, into: Component): Moment[] => [
  made(into, bytes, host * INT32_BYTES),
  made(NAME, 0, 2 * host * INT32_BYTES),
];
