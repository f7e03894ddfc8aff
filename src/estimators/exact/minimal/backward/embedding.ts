/** Backward through an embedding that brings its own gradient. */
import { type Gradient, ofVariable, own, type Part } from '../../backward/gradient.ts';
import type { Table } from '../../backward/operations.ts';
import type { Walk } from '../../backward/walk.ts';
import { cast, INT32_BYTES, reduced } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { BOOL, WIDE } from '../../widths.ts';
import { masked } from '../dropout.ts';

const NAME = 'embedding';
const by = NAME;
const TABLE = 'gradients'; // whose, also where a gradient is not whole yet

export function embeddingBackward(walk: Walk, pass: Pass, dy: Gradient, { before, isLast }: Table): Gradient {
  const { model, widths, NH, host, dropout } = pass;
  const { stream } = widths;
  const { hiddenSize: H, maxPositions } = model;
  const VH = model.vocabularySize * H;
  let rows = dy;
  if (dropout)
    [rows] = walk.node({
      ...{ by, dys: [rows], atOnce: masked(NAME, NH, stream), gone: { [NAME]: NH * BOOL } },
      parts: [own(NAME, [NH, stream])],
    });
  if (stream < WIDE) rows = walk.through(by, rows, own(NAME, [NH, WIDE], cast(NAME, NH, stream, WIDE)));
  const scaled = model.positions === 'sinusoidal' ? [made(NAME, NH * WIDE, WIDE)] : []; // times √H
  const learned = model.positions === 'learned';
  // Of a single sequence of the table's length they are the gradient that came.
  const ofTable = pass.N === pass.S && maxPositions === pass.S ? moved(rows) : ofVariable(maxPositions * H);
  const [table] = walk.node({
    ...{ by, dys: [rows] },
    atOnce: [
      ...scaled,
      made(TABLE, VH * WIDE, host * INT32_BYTES), // of the tokens: UnsortedSegmentSum, with their number on the host
      ...(learned ? ofPositions(pass) : []),
      ...(scaled.length > 0 ? [freed(NAME, NH * WIDE)] : []),
    ],
    parts: [ofVariable(VH, [], { before, variable: isLast ? 'whole' : 'part' }), ...(learned ? [ofTable] : [])],
  }) as readonly [Gradient];
  return table;
}

/** The gradient of a variable that is the one which came in. */
const moved = (gradient: Gradient): Part => ({ ...ofVariable(gradient.elements), viewOf: gradient });

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

/** A CPU's kernel notes two int32 for each of two dimensions (src/shapes/scratch.ts, collapsedPaddings). */
const PADDING_NOTES = 4;
