/** Forward through a norm of tfjs's operations. Nothing of it is freed before its block ends. */
import { elementwise, reduced, wide } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';
import { keptNumber } from './number.ts';

const NAME = 'normalization';

export function normalizationForward(pass: Pass): Moment[] {
  const { model, widths, N, NH, host } = pass;
  const { hiddenSize: H } = model;
  const s = widths.stream;
  const hasMean = model.normalization === 'layer-norm';
  const byRow = elementwise(NAME, [NH, s], [N, WIDE]);
  const byColumn = elementwise(NAME, [NH, s], [H, widths.variable]);
  return [
    ...(hasMean ? [reduced(NAME, [NH, s], N, host), byRow] : []), // mean, x − mean
    wide(NAME, [NH, s], NH), // its square
    reduced(NAME, [NH, WIDE], N, host), // variance, or mean square
    ...keptNumber(pass, NAME, [N, WIDE]), // plus ε
    made(NAME, N * WIDE), // 1/√…
    byRow, // normalised
    byColumn, // times the gain
    ...(hasMean && model.biases ? [byColumn] : []), // plus the bias
  ];
}
