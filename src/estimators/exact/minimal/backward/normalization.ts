/** Backward through a norm that brings its own gradient. */
import { joined, type Part } from '../../backward/gradient.ts';
import type { Through } from '../../backward/operations.ts';
import { within } from '../../chain.ts';
import { elementwise, reduced } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'normalization';

/** `before`: what the stream's gradient has already, where the norm is in front of a part. */
export function normalizationBackward(pass: Pass, before: Part | null): Through {
  const { model, widths, N, NH, host } = pass;
  const { hiddenSize: H } = model;
  const s = widths.stream;
  const hasMean = model.normalization === 'layer-norm';
  const byRow = elementwise(NAME, [NH, s], [N, WIDE]);
  const same = made(NAME, NH * s);
  const mean = reduced(NAME, [NH, s], N, host);
  const ofVariable = reduced('gradients', [NH, s], H, host);
  const inner: Moment[] = [
    ...(hasMean ? [byRow] : []), // x − mean
    byRow, // normalised
    elementwise(NAME, [NH, s], [H, WIDE]), // dy · gain
    same, // that times the normalised
    mean, // its mean
    byRow, // times the normalised
    ...(hasMean ? [mean, byRow] : []), // dy · gain, less its mean
    same, // less the one
    byRow, // of x
    same, // dy · normalised
    ofVariable, // of the gain
    ...(hasMean && model.biases ? [ofVariable] : []), // of the bias
  ];
  const { moments, sum } = joined(NAME, NH, before, { component: NAME, width: s, isView: false });
  return { moments: [...within(inner, NAME, NH * s), ...moments], sum };
}
