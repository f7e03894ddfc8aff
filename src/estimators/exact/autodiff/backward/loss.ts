/** Backward through tfjs's softmaxCrossEntropy and the head. */
import type { RunConfig } from '../../../../config/schema.ts';
import { lossScale } from '../../../../training/lossScale.ts';
import { type Gradient, own } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { cast, INT32_BYTES } from '../../kernels.ts';
import { made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'loss';

export function lossBackward(walk: Walk, { widths, N, NV, host }: Pass, { step }: RunConfig): Gradient {
  const isWeighted = lossScale(step.precision) !== step.microBatches; // over its micro-batches it is 1 where both are
  const [one, log] = [made(NAME, WIDE), made(NAME, NV * WIDE)];
  const p = widths.product;
  walk.make(one);
  let dys: readonly Gradient[] = [{ component: NAME, elements: 1, width: WIDE, holders: 1 }]; // of the loss
  if (isWeighted) dys = walk.node({ by: NAME, dys, parts: [own(NAME, [1, WIDE], [made(NAME, WIDE, WIDE)])] }); // times its weight
  // RealDiv: of the sum. Of their number nobody asks.
  dys = walk.node({ by: NAME, dys, parts: [own(NAME, [1, WIDE], [one])], gone: { [NAME]: 2 * WIDE } });
  // Sum spreads it with ones: of the tokens' losses.
  const row = made(NAME, N * WIDE);
  dys = walk.node({ by: NAME, dys, atOnce: [row], parts: [own(NAME, [N, WIDE], [row])], gone: { [NAME]: N * WIDE } });
  const labels = step.teacher === 'outside' ? 0 : NV * WIDE; // the step keeps those to the end
  dys = walk.node({
    by: NAME,
    dys,
    // softmaxCrossEntropy computes the gradients of labels and of logits at once, three buffers each.
    atOnce: [log, log, log, made(NAME, 0, 2 * host * INT32_BYTES), log, log, log],
    parts: [own(NAME, [NV, WIDE])],
    gone: { [NAME]: labels + NV * WIDE }, // and the log-probabilities
  });
  if (p < WIDE) dys = walk.node({ by: NAME, dys, parts: [own(NAME, [NV, p], cast(NAME, NV, WIDE, p))] }); // as they came
  return dys[0] as Gradient;
}
