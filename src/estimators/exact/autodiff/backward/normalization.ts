/** Backward through a norm of tfjs's operations. */
import { type Gradient, ofVariable, own, view } from '../../backward/gradient.ts';
import type { Input } from '../../backward/operations.ts';
import type { Walk } from '../../backward/walk.ts';
import { elementwise, INT32_BYTES, reduced } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'normalization';
const by = NAME;

export function normalizationBackward(walk: Walk, pass: Pass, dy: Gradient, { before, gone }: Input): Gradient {
  const { model, widths, N, NH, host } = pass;
  const { hiddenSize: H } = model;
  const s = widths.stream;
  const hasMean = model.normalization === 'layer-norm';
  let scaled = dy;
  if (hasMean && model.biases)
    [scaled] = walk.node({
      ...{ by, dys: [dy], gone: { [NAME]: NH * s } }, // Add.a
      parts: [view(by, dy, host), ofVariable(H, [reduced(NAME, [NH, s], H, host, 'gradients')])],
    });
  const [normalized] = walk.node({
    ...{ by, dys: [scaled], gone: { [NAME]: NH * s } }, // what was normalised (Mul.a)
    parts: [
      own(NAME, [NH, s], [elementwise(NAME, [NH, s], [H, WIDE])]), // times the gain
      ofVariable(H, summedProduct(pass, 'gradients', H)), // of the gain: dy · normalised, over the rows
    ],
  });
  const [direct, inverse] = walk.node({
    ...{ by, dys: [normalized], gone: { [NAME]: N * WIDE } }, // 1/√… (Mul.b)
    parts: [
      own(NAME, [NH, s], [elementwise(NAME, [NH, s], [N, WIDE])], hasMean ? null : before), // of what is centred: dy · 1/√…
      own(NAME, [N, WIDE], summedProduct(pass, NAME, N)), // of 1/√…: dy · centred, over the columns
    ],
  });
  const [centred] = walk.node({
    ...{ by, dys: [throughRoot(walk, pass, inverse)], gone: hasMean ? { [NAME]: NH * s } : gone }, // Square.x
    parts: [own(NAME, [NH, s], [{ ...elementwise(NAME, [NH, WIDE], [NH, s]), passing: doubled(pass) }], direct)],
  });
  return hasMean ? throughMean(walk, pass, centred, { before, gone }) : centred;
}

/** Back to the square of what is centred. */
function throughRoot(walk: Walk, pass: Pass, dy: Gradient): Gradient {
  const { N, NH, host } = pass;
  const [sum] = walk.node({
    ...{ by, dys: [dy], gone: { [NAME]: N * WIDE } }, // Rsqrt.x
    parts: [own(NAME, [N, WIDE], [made(NAME, N * WIDE, 3 * N * WIDE)])], // of variance + ε: its power, twice that, the quotient; negated
  });
  const [variance] = walk.node({
    ...{ by, dys: [sum], gone: { [NAME]: N * WIDE + WIDE } }, // it, and ε (Add.a, Add.b)
    parts: [view(by, sum, host)],
  });
  const [square] = walk.node({
    ...{ by, dys: [variance], gone: { [NAME]: NH * WIDE } }, // Mean.x
    parts: [own(NAME, [NH, WIDE], [spreadMean(pass)])],
  });
  return square;
}

/** Through x − mean. */
function throughMean(walk: Walk, pass: Pass, dy: Gradient, { before, gone }: Input): Gradient {
  const { widths, N, NH, host } = pass;
  const [past, mean] = walk.node({
    ...{ by, dys: [dy], gone: { [NAME]: N * WIDE } }, // the mean (Sub.b)
    parts: [
      view(by, dy, host, { before }), // of x
      own(
        NAME,
        [N, WIDE],
        [
          reduced(NAME, [NH, widths.stream], N, host), // of the mean: summed over the columns,
          made(NAME, N * WIDE), // negated
          freed(NAME, N * WIDE),
        ],
      ),
    ],
  });
  const [x] = walk.node({
    ...{ by, dys: [mean], gone }, // Mean.x
    parts: [own(NAME, [NH, WIDE], [spreadMean(pass)], past)], // of x, through the mean
  });
  return x;
}

/** A product of the stream's size that is summed up and goes. */
function summedProduct(
  { widths: { stream: s }, NH, host }: Pass,
  into: 'gradients' | typeof NAME,
  elements: number,
): Moment[] {
  const reshaped = made(NAME, 0, (into === NAME ? 2 : 1) * host * INT32_BYTES); // [N, 1], [H]
  return [made(NAME, NH * s), reduced(NAME, [NH, s], elements, host, into), reshaped, freed(NAME, NH * s)];
}

/** Mean's gradient: ones times dy, over their number. */
const spreadMean = ({ NH }: Pass): Moment => made(NAME, NH * WIDE, 2 * NH * WIDE + WIDE);

/** Square's gradient is dy · 2x; where that is narrow dy has a copy. */
function doubled({ widths: { stream: s }, NH }: Pass): number {
  return NH * s + (s < WIDE ? NH * s : 0);
}
