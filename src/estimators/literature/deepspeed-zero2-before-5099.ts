/** The same estimator before pull request 5099 (June 2024): what DeepSpeed's documentation still prints. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { comparedIn, type Estimator } from '../estimator.ts';
import { estimateZero2Before5099, ZERO2_BEFORE_5099 } from '../originals/deepspeedZero2.ts';
import { zero2Predict } from './deepspeed-zero2.ts';
import { MODEL_STATES, WITHOUT_ACTIVATIONS } from './deepspeedStates.ts';

export const deepspeedZero2Before5099: Estimator = {
  id: 'deepspeed-zero2-before-5099',
  title: "DeepSpeed's estimator of model states under ZeRO-2, as documented",
  source: {
    citation:
      'DeepSpeed, docs/code-docs/source/memory.rst, and estimate_zero2_model_states_mem_needs before pull request 5099',
    url: 'https://deepspeed.readthedocs.io/en/latest/memory.html',
    version: 'deepspeedai/DeepSpeed@e7dd28a',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['steady', 'optimizer-peak']),
  assumptions: MODEL_STATES,
  ignores: WITHOUT_ACTIVATIONS,
  predict: zero2Predict(estimateZero2Before5099, {
    weights: 2, // "parameters take 2 bytes at fp16"
    gradients: 2, // the other half of "4 * params"
    dividedWeights: 4, // "16b for fp32: 4b params, 4b grads, 4b momentum and 4b variance per parameter"
    dividedGradients: 4,
    dividedOptimizer: 8,
  }),
  originals: [ZERO2_BEFORE_5099],
};
