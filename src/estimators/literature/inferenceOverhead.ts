/** What the rules "weights and 20 % more" have in common: a size in bytes per parameter, and no word of batch or sequence. */
import type { RunConfig } from '../../config/schema.ts';
import { keyIs } from '../assumption.ts';
import type { Deployment } from '../deployment.ts';
import { type Assumption, type Prediction, unsupported } from '../estimator.ts';
import { unknownDegree } from '../unknownDegree.ts';
import { nearestBytes } from '../wholeBytes.ts';

export const INFERENCE_IN_ONE_TYPE: readonly Assumption[] = [
  keyIs('inference', 'Inference: "the actual forward pass"', 'step.kind', ['inference']),
  keyIs('one-type', 'All weights have one type: fp32, fp16 or bf16', 'step.precision', [
    'float32',
    'float16',
    'bfloat16',
  ]),
];

/** Bytes of a weight as it is loaded; under autocast weights stay in fp32. */
export function bytesPerParameter({ step: { precision } }: RunConfig): number {
  if (precision === 'int8-weights') return 1;
  return precision === 'float32' || precision.startsWith('autocast') ? 4 : 2;
}

/** `weights`, and with a fifth of it the peak of inference. The fifth is rounded to the nearest byte and has no parts. */
export function withAFifth(
  size: number,
  deployment: Deployment,
): Readonly<Record<'weights' | 'inference-peak', Prediction>> {
  const unknown = unknownDegree(deployment);
  if (unknown !== undefined) {
    const reason = unsupported(`The rule is about one device and has no ${unknown}.`);
    return { weights: reason, 'inference-peak': reason };
  }
  return {
    weights: nearestBytes({ weights: size }),
    'inference-peak': nearestBytes({ weights: size, unitemised: size / 5 }),
  };
}
