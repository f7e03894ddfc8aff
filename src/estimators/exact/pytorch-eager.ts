/**
 * What a training step of PyTorch eager holds: saved tensors by component, levels and peaks. Every number is the sum of the tensors that are
 * alive, to the byte where the measured configurations are; CPU and CUDA differ in what their kernels keep.
 */
import type { RunConfig } from '../../config/schema.ts';
import type { Ledger, Quantity } from '../../records/quantity.ts';
import { comparedIn, type Estimator, itemised, type Prediction, unsupported } from '../estimator.ts';
import { plus } from './byComponent.ts';
import { violatedIn } from './grounds.ts';
import { exactParameterCount } from './parameterCount.ts';
import { FORWARD_GROUND, PYTORCH, STEP_GROUND } from './pytorch/ground.ts';
import { backwardPeak, between, forwardPeak, gradientsHeld, optimizerPeak, stepPeak } from './pytorch/peaks.ts';
import { savedByForward } from './pytorch/saved.ts';
import { pytorchWidths } from './pytorch/symbols.ts';

const LEVELS = [
  'steady',
  'forward-peak',
  'backward-peak',
  'gradients-held',
  'optimizer-peak',
  'step-peak',
] as const satisfies readonly Quantity[];
const QUANTITIES = ['weights', 'activations', ...LEVELS] as const satisfies readonly Quantity[];
/** Live tensors, as MemTracker and hooks count them; `requested` is the same of CUDA's allocator. Neither has rounding or workspaces. */
const EXACT_LEDGERS: readonly Ledger[] = ['buffers', 'requested'];
const ASSUMPTIONS = [...PYTORCH, ...FORWARD_GROUND, ...STEP_GROUND];

export const pytorchEager: Estimator = {
  id: 'pytorch-eager',
  title: 'PyTorch eager, a training step measured tensor by tensor',
  source: {
    citation:
      'memproof, from measurements of PyTorch 2.15.0 (CPU, simulated CUDA) and 2.11.0 (NVIDIA H200): results/published/pytorch-*.csv',
    version: '1',
  },
  predicts: comparedIn(EXACT_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  countParameters: exactParameterCount,

  predict(config) {
    const outside = violatedIn(FORWARD_GROUND, config);
    if (outside !== undefined) return allOf(QUANTITIES, unsupported(`Measured is only: ${outside.statement}.`));
    const { tensors, weightCopies } = savedByForward(config);
    const copies = Object.values(weightCopies).reduce((sum, count) => sum + count, 0);
    const forward = {
      weights: itemised({ weights: pytorchWidths(config).weight * exactParameterCount(config) }),
      activations: itemised(copies === 0 ? tensors : plus(tensors, { weights: copies })),
    };
    const beyond = violatedIn(STEP_GROUND, config);
    return { ...forward, ...(beyond === undefined ? levels(config) : allOf(LEVELS, unsupported(needs(beyond)))) };
  },
};

const needs = ({ statement }: { readonly statement: string }): string =>
  `Levels and peaks are known only for: ${statement}.`;

const allOf = (quantities: readonly Quantity[], prediction: Prediction) =>
  Object.fromEntries(quantities.map((quantity) => [quantity, prediction]));

function levels(config: RunConfig): Record<(typeof LEVELS)[number], Prediction> {
  return {
    steady: itemised(between(config)),
    'forward-peak': orUnknown(forwardPeak(config), 'Forward'),
    'backward-peak': orUnknown(backwardPeak(config), 'Backward'),
    'gradients-held': itemised(gradientsHeld(config)),
    'optimizer-peak': itemised(optimizerPeak(config)),
    'step-peak': orUnknown(stepPeak(config), 'The step'),
  };
}

const orUnknown = (place: ReturnType<typeof stepPeak>, what: string): Prediction =>
  place === null
    ? unsupported(`${what} may be fullest inside a block, where nothing was measured: the vocabulary is too small.`)
    : itemised(place);
