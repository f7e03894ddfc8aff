/** EleutherAI's rule for inference, which others took over: the model's memory times 1.2. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { ONE_DEVICE } from '../deployment.ts';
import { comparedIn, type Estimator } from '../estimator.ts';
import { exactParameterCount } from '../exact/parameterCount.ts';
import { bytesPerParameter, INFERENCE_IN_ONE_TYPE, withAFifth } from './inferenceOverhead.ts';

export const plusTwentyPercent: Estimator = {
  id: 'plus-twenty-percent',
  title: 'Transformer Math 101 (EleutherAI 2023): inference takes 1.2 × the weights',
  source: {
    citation: 'Q. Anthony, S. Biderman, H. Schoelkopf, "Transformer Math 101" (EleutherAI, 18 April 2023)',
    url: 'https://blog.eleuther.ai/transformer-math/',
    version: 'EleutherAI/website@d85eeba (8 October 2024)',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'inference-peak']),
  assumptions: INFERENCE_IN_ONE_TYPE,
  ignores: {
    'model.dropout':
      '"A small amount of additional overhead during the actual forward pass. In our experience this overhead is ≤ 20%", and "we will not investigate the sources of this overhead" ("Total Inference Memory").',
    'model.attention':
      'The 20 % are "during the actual forward pass", whatever attention makes there: "we will not investigate the sources of this overhead" ("Total Inference Memory").',
    'step.optimizer':
      '"Training requires the storage of optimizer states and gradients": they come with "Training", not with "Total Inference Memory", which is 1.2 × model memory.',
    'step.savedTensors':
      'What is stored of activations comes with "Training" ("Activations and Batch Size"); for inference it is "a small amount of additional overhead during the actual forward pass".',
    'step.backward': 'The 20 % are "during the actual forward pass" ("Total Inference Memory"); there is no backward.',
    'step.checkpointing':
      '"Activation recomputation/checkpointing" comes with "Training" ("Activations and Batch Size"); total inference memory is 1.2 × model memory.',
  },

  /** Total memory ≈ 1.2 × model memory; the latter is "No. params" times 4 bytes in fp32 and 2 in fp16 and bf16. */
  predict: (config, deployment = ONE_DEVICE) =>
    withAFifth(bytesPerParameter(config) * exactParameterCount(config), deployment),
};
