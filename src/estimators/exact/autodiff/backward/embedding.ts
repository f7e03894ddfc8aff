/** Backward through an embedding: gradients of positions and of tokens. */
import type { Component } from '../../../../records/quantity.ts';
import { type Gradient, ofVariable, own, view } from '../../backward/gradient.ts';
import type { Table } from '../../backward/operations.ts';
import type { Walk } from '../../backward/walk.ts';
import { cast, elementwise, INT32_BYTES } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'embedding';
const by = NAME;

/** A sum is the gradient's own. */
export function embeddingBackward(walk: Walk, pass: Pass, dy: Gradient, { before, isWhole, isLast }: Table): Gradient {
  const { model, widths, NH, dropout, host } = pass;
  const { stream } = widths;
  const VH = model.vocabularySize * model.hiddenSize;
  let rows = dy;
  if (dropout)
    rows = walk.through(
      ...([by, rows] as const),
      own(NAME, [NH, stream], [elementwise(NAME, [NH, stream], [NH, WIDE])]), // times what stayed
      { [NAME]: NH * WIDE + (stream < WIDE ? NH * stream : 0) }, // Mul.b, and Mul.a unless a Reshape keeps it
    );
  if (stream < WIDE) rows = walk.through(by, rows, own(NAME, [NH, WIDE], cast(NAME, NH, stream, WIDE)));
  rows = walk.through(by, rows, view(by, rows, host, { rank: 3 }), { [NAME]: NH * WIDE }); // Reshape.x
  const words = placingBackward(walk, pass, rows);
  const variable = isLast ? 'whole' : 'part';
  const component = isWhole ? 'gradients' : NAME;
  return walk.through(by, words, ofVariable(VH, gathered(pass, VH * WIDE, component), { component, before, variable }));
}

/** To the gathered rows of the tokens. */
function placingBackward(walk: Walk, pass: Pass, dy: Gradient): Gradient {
  const { model, S, N, NH, host } = pass;
  const { positions, hiddenSize: H, maxPositions } = model;
  const shaped = view(by, dy, host, { rank: 3 });
  if (positions === 'sinusoidal') {
    const scaled = walk.through(by, dy, shaped, { [NAME]: NH * WIDE }); // Add.a
    const timesRoot = own(NAME, [NH, WIDE], [made(NAME, NH * WIDE)]); // times √H
    return walk.through(by, scaled, timesRoot, { [NAME]: NH * WIDE + WIDE }); // Mul.a, Mul.b
  }
  if (positions !== 'learned') return dy;
  const summed = [made(NAME, S * H * WIDE, host * INT32_BYTES), made(NAME, 0, 2 * host * INT32_BYTES)];
  const [words, rows] = walk.node({
    ...{ by, dys: [dy], gone: { [NAME]: NH * WIDE + S * H * WIDE } }, // Add.a, Add.b
    parts: [shaped, N > S ? own(NAME, [S * H, WIDE], summed) : view(by, dy, host)], // of the gathered rows: summed over the sequences; of a single one it is the same
  });
  const ofTable = ofVariable(maxPositions * H, gathered(pass, maxPositions * H * WIDE, 'gradients'));
  walk.through(by, rows, ofTable, { [NAME]: host * S * INT32_BYTES }); // GatherV2.indices
  return words;
}

/** UnsortedSegmentSum; its number of segments, and then the shape of the Reshape that follows, are int32 on the host. */
const gathered = ({ host }: Pass, bytes: number, into: Component): Moment[] => [
  made(into, bytes, host * INT32_BYTES),
  made(NAME, 0, 2 * host * INT32_BYTES),
];
