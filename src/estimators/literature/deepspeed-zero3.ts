/** DeepSpeed's `estimate_zero3_model_states_mem_needs`: parameters, gradients and optimizer states under ZeRO-3. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { ONE_DEVICE } from '../deployment.ts';
import { comparedIn, type Estimator, unsupported } from '../estimator.ts';
import { exactParameterCount } from '../exact/parameterCount.ts';
import { estimateZero3, ZERO3 } from '../originals/deepspeedZero3.ts';
import { nearestBytes } from '../wholeBytes.ts';
import { gpusOf, largestLayerParameters, MODEL_STATES, WITHOUT_ACTIVATIONS } from './deepspeedStates.ts';

export const deepspeedZero3: Estimator = {
  id: 'deepspeed-zero3',
  title: "DeepSpeed's estimator of model states under ZeRO-3",
  source: {
    citation: 'DeepSpeed, deepspeed/runtime/zero/stage3.py, estimate_zero3_model_states_mem_needs',
    url: 'https://github.com/deepspeedai/DeepSpeed',
    version: 'deepspeedai/DeepSpeed@edaa722',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['steady', 'optimizer-peak']),
  assumptions: MODEL_STATES,
  ignores: WITHOUT_ACTIVATIONS,

  predict(config, deployment = ONE_DEVICE) {
    const gpus = gpusOf(deployment, 3);
    if ('reason' in gpus) return { steady: unsupported(gpus.reason), 'optimizer-peak': unsupported(gpus.reason) };

    const P = exactParameterCount(config);
    const largest = largestLayerParameters(config);
    const N = gpus.num_gpus_per_node * gpus.num_nodes;
    const { gpu_mem } = estimateZero3({
      total_params: P,
      largest_layer_params: largest,
      ...gpus,
      cpu_offload: deployment.offload !== 'none',
      cpu_offload_params: deployment.offload === 'optimizer-and-weights',
      zero_init: true, // this and the factor are of host memory only
      additional_buffer_factor: 1.5,
    });
    // "18: 16b for fp32: 4b params, 4b grads, 4b momentum and 4b variance; +2b for fp16 params"; what is offloaded is not here.
    const divided = {
      none: { weights: 2 + 4, gradients: 4, optimizer: 8 },
      optimizer: { weights: 2, gradients: 0, optimizer: 0 },
      'optimizer-and-weights': { weights: 0, gradients: 0, optimizer: 0 },
    }[deployment.offload];
    const states = nearestBytes(
      {
        weights: 2 * largest + (divided.weights * P) / N, // "2 bytes fp16 params are gathered
        gradients: 2 * largest + (divided.gradients * P) / N, // and 2 bytes fp16 grads are computed"
        optimizer: (divided.optimizer * P) / N,
      },
      gpu_mem,
    );
    return { steady: states, 'optimizer-peak': states };
  },
  originals: [ZERO3],
};
