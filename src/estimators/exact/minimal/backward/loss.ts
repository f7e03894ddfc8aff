/** Backward through a cross-entropy that brings its own gradient, and the head. */
import type { RunConfig } from '../../../../config/schema.ts';
import { lossScale } from '../../../../training/lossScale.ts';
import { cast } from '../../kernels.ts';
import { freed, type Moment, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'loss';

export function lossBackward({ widths, NV }: Pass, { step }: RunConfig): Moment[] {
  const isWeighted = lossScale(step.precision) !== step.microBatches;
  const all = made(NAME, NV * WIDE);
  const [one, gone] = [made(NAME, WIDE), freed(NAME, NV * WIDE)];
  const oneHot = step.teacher === 'none' ? [all, all] : []; // int32, and as float32; a teacher's are there
  return [
    ...(isWeighted ? [one, made(NAME, WIDE, WIDE)] : []), // of the loss, times its weight
    all, // probabilities
    ...oneHot,
    all, // less the labels
    ...oneHot.map(() => gone),
    gone,
    ...(isWeighted ? [] : [one]), // of the loss: tfjs uploads an array when it is first read
    made(NAME, WIDE, WIDE), // over the number of tokens,
    all, // and times that
    gone,
    freed(NAME, WIDE),
    ...narrowed(NV, widths),
  ];
}

/** Of the logits as they came. Under autocast the loss narrows it itself; under mixed precision the cast before it does, and leaves the wide one. */
function narrowed(NV: number, { product, copiesOperands }: Pass['widths']): Moment[] {
  const narrow = cast(NAME, NV, WIDE, product);
  return copiesOperands ? [...narrow, freed(NAME, NV * WIDE)] : narrow;
}
