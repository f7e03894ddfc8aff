/** Backward through a norm that brings its own gradient. */
import { type Gradient, ofVariable, own } from '../../backward/gradient.ts';
import type { Input } from '../../backward/operations.ts';
import type { Walk } from '../../backward/walk.ts';
import { plus } from '../../byComponent.ts';
import { within } from '../../chain.ts';
import { elementwise, INT32_BYTES, reduced } from '../../kernels.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'normalization';

export function normalizationBackward(walk: Walk, pass: Pass, dy: Gradient, { before, gone }: Input): Gradient {
  const { model, widths, N, NH, host } = pass;
  const { hiddenSize: H } = model;
  const s = widths.stream;
  const hasMean = model.normalization === 'layer-norm';
  const hasBias = hasMean && model.biases;
  const byRow = elementwise(NAME, [NH, s], [N, WIDE]);
  const same = made(NAME, NH * s);
  const mean = [reduced(NAME, [NH, s], N, host), made(NAME, 0, 2 * host * INT32_BYTES)];
  const ofColumns = reduced('gradients', [NH, s], H, host);
  const inner = [
    ...(hasMean ? [byRow] : []), // x − mean
    byRow, // normalised
    elementwise(NAME, [NH, s], [H, WIDE]), // dy · gain
    same, // that times the normalised
    ...mean, // its mean
    byRow, // times the normalised
    ...(hasMean ? [...mean, byRow] : []), // dy · gain, less its mean
    same, // less the one
    byRow, // of x
    same, // dy · normalised
    ofColumns, // of the gain
    ...(hasBias ? [ofColumns] : []), // of the bias
  ];
  const [x] = walk.node({
    ...{ by: NAME, dys: [dy], atOnce: within(inner, NAME, NH * s) },
    parts: [own(NAME, [NH, s], [], before), ofVariable(H), ...(hasBias ? [ofVariable(H)] : [])],
    gone: plus(gone, { [NAME]: (hasMean ? 2 : 1) * N * WIDE }), // x; 1/√…, and the mean
  }) as readonly [Gradient, ...Gradient[]];
  return x;
}
