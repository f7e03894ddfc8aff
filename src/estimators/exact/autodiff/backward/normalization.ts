/** Backward through a norm of tfjs's operations. */
import { joined, type Part } from '../../backward/gradient.ts';
import { elementwise, reduced } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'normalization';

/** `before`: what the stream's gradient has already, where the norm is in front of a part. */
export function normalizationBackward(pass: Pass, before: Part | null): { moments: Moment[]; sum: Part } {
  const { model, widths, N, NH, host } = pass;
  const { hiddenSize: H } = model;
  const s = widths.stream;
  const hasMean = model.normalization === 'layer-norm';
  const own: Part = { component: NAME, width: s, isView: false };
  const start = [
    ...(hasMean && model.biases ? [reduced(NAME, [NH, s], H, host, 'gradients')] : []), // of the bias
    elementwise(NAME, [NH, s], [H, WIDE]), // dy · gain
    ...summedProduct(pass, 'gradients', H), // of the gain: dy · normalised, over the rows
    elementwise(NAME, [NH, s], [N, WIDE]), // of what is centred: dy · 1/√…
  ];
  // RMS-norm's is the input itself.
  const first = joined(NAME, NH, hasMean ? null : before, own);
  const square = [
    ...summedProduct(pass, NAME, N), // of 1/√…: dy · centred, over the columns
    made(NAME, N * WIDE, 3 * N * WIDE), // of variance + ε: its power, twice that, the quotient; negated
    spreadMean(pass), // of the square
    { ...elementwise(NAME, [NH, WIDE], [NH, s]), passing: doubled(pass) }, // of what is centred, through the square
  ];
  const second = joined(NAME, NH, first.sum, own);
  const inner = [...start, ...first.moments, ...square, ...second.moments];
  if (!hasMean) return { moments: inner, sum: second.sum };
  const third = joined(NAME, NH, before, { ...own, isView: true }); // through x − mean
  const fourth = joined(NAME, NH, third.sum, { ...own, width: WIDE });
  const centring = [
    ...third.moments,
    reduced(NAME, [NH, s], N, host), // of the mean: summed over the columns
    made(NAME, N * WIDE), // negated
    freed(NAME, N * WIDE),
    spreadMean(pass), // of x, through the mean
    ...fourth.moments,
  ];
  return { moments: [...inner, ...centring], sum: fourth.sum };
}

/** A product of the stream's size that is summed up and goes. */
function summedProduct(
  { widths: { stream: s }, NH, host }: Pass,
  into: 'gradients' | typeof NAME,
  elements: number,
): Moment[] {
  return [made(NAME, NH * s), reduced(NAME, [NH, s], elements, host, into), freed(NAME, NH * s)];
}

/** Mean's gradient: ones times dy, over their number. */
const spreadMean = ({ NH }: Pass): Moment => made(NAME, NH * WIDE, 2 * NH * WIDE + WIDE);

/** Square's gradient is dy · 2x; where that is narrow dy has a copy. */
function doubled({ widths: { stream: s }, NH }: Pass): number {
  return NH * s + (s < WIDE ? NH * s : 0);
}
