/** Backward through an embedding that brings its own gradient. */
import type { Component } from '../../../../records/quantity.ts';
import { cast, INT32_BYTES, reduced } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { masked } from '../dropout.ts';

const NAME = 'embedding';
const TABLE = 'gradients'; // whose, also where a gradient is not whole yet

/** `before`: whether there is a part of the gradient of the tokens' table already, which two embeddings and a tied head have in common. */
export function embeddingBackward(pass: Pass, before: Component | null): Moment[] {
  const { model, widths, NH, host, dropout } = pass;
  const { stream } = widths;
  const VH = model.vocabularySize * model.hiddenSize * WIDE;
  const scaled = model.positions === 'sinusoidal' ? [made(NAME, NH * WIDE, WIDE)] : []; // times √H
  return [
    ...(dropout ? masked(NAME, NH, stream) : []),
    ...cast(NAME, NH, stream, WIDE),
    ...scaled,
    made(TABLE, VH, host * INT32_BYTES), // of the tokens: UnsortedSegmentSum, with their number on the host
    ...(model.positions === 'learned' ? ofPositions(pass) : []),
    ...(scaled.length > 0 ? [freed(NAME, NH * WIDE)] : []),
    ...(before === null ? [] : [made(TABLE, VH), freed(TABLE, VH)]), // the sum of both parts
    ...handedOn(pass),
  ];
}

/** Summed over the sequences, with zeros below where the table is longer. Of a single one the sum is the gradient that came. */
function ofPositions({ model, S, N, NH, host, scratch }: Pass): Moment[] {
  const { hiddenSize: H, maxPositions } = model;
  const shape = made(TABLE, 0, host * 3 * INT32_BYTES); // [B, S, H]
  const rows = N > S ? [reduced(TABLE, [NH, WIDE], S * H, host)] : [];
  if (maxPositions === S) return [shape, ...rows];
  const paddings = host * 4 * INT32_BYTES + WIDE; // [2, 2], and the value
  const padded = made(TABLE, maxPositions * H * WIDE, paddings, TABLE, scratch * PADDING_NOTES * INT32_BYTES);
  return [shape, ...rows, padded, ...rows.map(({ bytes }) => freed(TABLE, bytes))];
}

/** Of a single sequence as long as the table the gradient that came is that of the positions: in the end it is the variable's. */
function handedOn({ model, widths, pre, dropout, S, N, NH }: Pass): Moment[] {
  if (model.positions !== 'learned' || N > S || model.maxPositions > S) return [];
  const stream = pre ? 'normalization' : 'attention'; // who had it
  return [freed(dropout || widths.stream < WIDE ? NAME : stream, NH * WIDE), made(TABLE, NH * WIDE)];
}

/** A CPU's kernel notes two int32 for each of two dimensions (src/shapes/scratch.ts, collapsedPaddings). */
const PADDING_NOTES = 4;
