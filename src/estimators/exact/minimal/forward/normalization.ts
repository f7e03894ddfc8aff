/** Forward through a norm that brings its own gradient: its statistics are kept, and what else it makes goes with it. */
import { within } from '../../chain.ts';
import { elementwise, reduced, wide, withNumber } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'normalization';

export function normalizationForward({ model, widths, N, NH, host, isRecorded }: Pass): Moment[] {
  const { hiddenSize: H } = model;
  const s = widths.stream;
  const hasMean = model.normalization === 'layer-norm';
  const byRow = elementwise(NAME, [NH, s], [N, WIDE]);
  const byColumn = elementwise(NAME, [NH, s], [H, WIDE]);
  const moments = [
    ...(hasMean ? [reduced(NAME, [NH, s], N, host), byRow] : []), // mean, x − mean
    wide(NAME, [NH, s], NH), // its square
    reduced(NAME, [NH, WIDE], N, host), // variance, or mean square
    withNumber(NAME, [N, WIDE]), // plus ε
    made(NAME, N * WIDE), // 1/√…
    ...(hasMean ? [byRow] : []), // x − mean once more
    byRow, // normalised
    byColumn, // times the gain
    ...(hasMean && model.biases ? [byColumn] : []), // plus the bias
  ];
  const statistics = isRecorded ? (hasMean ? 2 : 1) * N * WIDE : 0;
  return within(moments, NAME, NH * s + statistics);
}
