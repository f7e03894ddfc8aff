/** Backward through tfjs's softmaxCrossEntropy and the head. */
import type { RunConfig } from '../../../../config/schema.ts';
import { lossScale } from '../../../../training/lossScale.ts';
import { cast } from '../../kernels.ts';
import { type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

export function lossBackward({ widths, N, NV, host }: Pass, { step }: RunConfig): Moment[] {
  const isWeighted = lossScale(step.precision) !== step.microBatches; // over its micro-batches it is 1 where both are
  const log = made('loss', NV * WIDE);
  return [
    made('loss', WIDE), // of the loss
    ...(isWeighted ? [made('loss', WIDE, WIDE)] : []), // times its weight
    made('loss', WIDE), // of the sum
    made('loss', N * WIDE), // the ones that Sum spreads it with
    made('loss', N * WIDE), // of the tokens' losses
    ...[log, log, log], // softmaxCrossEntropy computes the gradients of labels and of logits at once, three buffers each:
    made('loss', 0, 2 * host * WIDE),
    ...[log, log, log],
    ...cast('loss', NV, WIDE, widths.product), // of the logits as they came
  ];
}
