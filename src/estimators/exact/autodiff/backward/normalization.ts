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
  const squared = { ...elementwise(NAME, [NH, WIDE], [NH, s]), passing: doubled(pass) };
  const ofSquare = throughRoot(walk, pass, inverse);
  const kept = hasMean ? { [NAME]: NH * s } : gone; // what is centred, or x (Square.x)
  const centred = walk.through(by, ofSquare, own(NAME, [NH, s], [squared], direct), kept);
  return hasMean ? throughMean(walk, pass, centred, { before, gone }) : centred;
}

/** Back to the square of what is centred. */
function throughRoot(walk: Walk, pass: Pass, dy: Gradient): Gradient {
  const { N, NH, host } = pass;
  const root = made(NAME, N * WIDE, 3 * N * WIDE); // of variance + ε: its power, twice that, the quotient; negated
  const sum = walk.through(by, dy, own(NAME, [N, WIDE], [root]), { [NAME]: N * WIDE }); // Rsqrt.x
  const variance = walk.through(by, sum, view(by, sum, host), { [NAME]: N * WIDE + WIDE }); // it, and ε (Add.a, Add.b)
  return walk.through(by, variance, own(NAME, [NH, WIDE], [spreadMean(pass)]), { [NAME]: NH * WIDE }); // Mean.x
}

/** Through x − mean. */
function throughMean(walk: Walk, pass: Pass, dy: Gradient, { before, gone }: Input): Gradient {
  const { widths, N, NH, host } = pass;
  const ofMean = [
    reduced(NAME, [NH, widths.stream], N, host), // summed over the columns,
    made(NAME, N * WIDE), // negated
    freed(NAME, N * WIDE),
  ];
  const [past, mean] = walk.node({
    ...{ by, dys: [dy], gone: { [NAME]: N * WIDE } }, // the mean (Sub.b)
    parts: [view(by, dy, host, { before }), own(NAME, [N, WIDE], ofMean)], // of x, and of the mean
  });
  return walk.through(by, mean, own(NAME, [NH, WIDE], [spreadMean(pass)], past), gone); // of x, through the mean (Mean.x)
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
