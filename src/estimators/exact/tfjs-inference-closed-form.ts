/**
 * Exact polynomials for inference on tfjs: one forward pass, or generation with a cache of keys and values, to the byte. Nothing is recorded,
 * so that of each block only its output, and the cache, is left (forward/, inference/).
 */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { keyIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, type Prediction } from '../estimator.ts';
import { autodiffForward } from './autodiff/forward/index.ts';
import { type ByComponent, plus } from './byComponent.ts';
import { toLogits } from './forward/logits.ts';
import { EXACT_LEDGERS, refusedOff, TENSORFLOW, UNFUSED, whereMade } from './grounds.ts';
import { generation } from './inference/generation.ts';
import { inferenceInputs } from './inference/inputs.ts';
import { inferenceWeights } from './inference/weights.ts';
import { larger } from './larger.ts';
import { fullest } from './moments.ts';
import { exactParameterCount } from './parameterCount.ts';
import { passOf } from './pass.ts';
import { INFERENCE_PRECISIONS } from './widths.ts';

const QUANTITIES = [
  'weights',
  'steady',
  'prefill-peak',
  'decode-peak',
  'inference-peak',
  'kv-cache',
] as const satisfies readonly Quantity[];

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('inference', 'Inference', 'step.kind', ['inference']),
  keyIs('inference-precision', 'Weights that are not learned', 'step.precision', INFERENCE_PRECISIONS),
  UNFUSED,
  TENSORFLOW,
];

export const tfjsInferenceClosedForm: Estimator = {
  id: 'tfjs-inference-closed-form',
  title: 'Exact closed form of inference on tfjs',
  source: { citation: 'memproof, from tfjs 4.22.0 (engine, kernels)', version: '1' },
  predicts: comparedIn(EXACT_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  countParameters: exactParameterCount,

  predict: (config) => predictIn('requested', config),
  predictIn,
};

function predictIn(ledger: Ledger, config: RunConfig): Readonly<Partial<Record<Quantity, Prediction>>> {
  return refusedOff(ASSUMPTIONS, config, QUANTITIES) ?? exactInference(withoutLearning(config), ledger);
}

/** What says how to learn has nothing to say here. */
const withoutLearning = ({ model, step, ...others }: RunConfig): RunConfig => ({
  ...others,
  model: { ...model, dropout: 0 },
  step: { ...step, checkpointing: 'none', microBatches: 1 },
});

function exactInference(config: RunConfig, ledger: Ledger): Readonly<Partial<Record<Quantity, Prediction>>> {
  const weights = { weights: inferenceWeights(config) };
  const steady = plus(weights, { inputs: inferenceInputs(config) });
  const standing = { weights: itemised(weights), steady: itemised(steady) };
  const over = (predict: () => ByComponent): Prediction =>
    whereMade('inference', config, () => itemised(plus(steady, predict())));
  const { promptLength } = config.batch;
  if (promptLength === null) {
    const peak = over(() => passPeak(config, ledger));
    return { ...standing, 'prefill-peak': peak, 'inference-peak': peak };
  }
  const { prefill, decode, cache } = generation(config, promptLength, ledger);
  const [read, written] = [over(() => prefill), over(() => decode)];
  return {
    ...standing,
    'prefill-peak': read,
    'decode-peak': written,
    'inference-peak': larger(read, written),
    'kv-cache': itemised(cache),
  };
}

/** Over the level before, of everything at once. */
const passPeak = (config: RunConfig, ledger: Ledger): ByComponent =>
  fullest(toLogits(autodiffForward, { ...passOf(config), isRecorded: false }), ledger);
