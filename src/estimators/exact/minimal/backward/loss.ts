/** Backward through a cross-entropy that brings its own gradient, and the head. */
import type { RunConfig } from '../../../../config/schema.ts';
import { lossScale } from '../../../../training/lossScale.ts';
import { type Gradient, own } from '../../backward/gradient.ts';
import type { Walk } from '../../backward/walk.ts';
import { cast } from '../../kernels.ts';
import { freed, made } from '../../moments.ts';
import type { Pass } from '../../pass.ts';
import { WIDE } from '../../widths.ts';

const NAME = 'loss';
const by = NAME;

export function lossBackward(walk: Walk, { widths, NV }: Pass, { step }: RunConfig): Gradient {
  const { product: p, copiesOperands } = widths;
  const isWeighted = lossScale(step.precision) !== step.microBatches;
  const all = made(NAME, NV * WIDE);
  const [one, gone] = [made(NAME, WIDE), freed(NAME, NV * WIDE)];
  const oneHot = step.teacher === 'none' ? [all, all] : []; // int32, and as float32; a teacher's are there
  const labels = step.teacher === 'inside' ? NV * WIDE : 0; // those of a teacher outside the step keeps to the end
  const width = copiesOperands ? p : WIDE;
  const [ofLogits] = walk.node({
    ...{ by, dys: isWeighted ? weighted(walk) : [] },
    atOnce: [
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
      ...(copiesOperands ? [...cast(NAME, NV, WIDE, p), gone] : []), // of the logits as they came
    ],
    parts: [own(NAME, [NV, width])],
    gone: { [NAME]: NV * WIDE + (copiesOperands ? NV * p : 0) + labels }, // the log-probabilities, and as they came
  });
  if (width === p) return ofLogits;
  return walk.through(by, ofLogits, own(NAME, [NV, p], cast(NAME, NV, WIDE, p))); // of the logits as they came
}

/** Of the loss, times its weight. */
function weighted(walk: Walk): readonly [Gradient] {
  const [one, two] = [made(NAME, WIDE), made(NAME, WIDE, WIDE)];
  const dy: Gradient = { component: NAME, elements: 1, width: WIDE, holders: 1 };
  walk.make(one);
  return [walk.through(by, dy, own(NAME, [1, WIDE], [two]))];
}
