/** DeepSpeed's `estimate_zero2_model_states_mem_needs`: parameters, gradients and optimizer states under ZeRO-2. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { ONE_DEVICE } from '../deployment.ts';
import { comparedIn, type Estimator, unsupported } from '../estimator.ts';
import { exactParameterCount } from '../exact/parameterCount.ts';
import { estimateZero2, ZERO2, type Zero2Arguments, type Zero2Needs } from '../originals/deepspeedZero2.ts';
import { nearestBytes } from '../wholeBytes.ts';
import { gpusOf, MODEL_STATES, WITHOUT_ACTIVATIONS } from './deepspeedStates.ts';

/** Bytes per parameter of the parts, in the order of the source's own comment. */
interface Parts {
  /** On each device. */
  readonly weights: number;
  readonly gradients: number;
  /** Divided over the devices. */
  readonly dividedWeights: number;
  readonly dividedGradients: number;
  readonly dividedOptimizer: number;
}

/** Both versions of the estimator map alike; `estimate` and `parts` differ. */
export const zero2Predict =
  (estimate: (given: Zero2Arguments) => Zero2Needs, parts: Parts): Estimator['predict'] =>
  (config, deployment = ONE_DEVICE) => {
    const gpus = gpusOf(deployment, 2);
    const both = (prediction: ReturnType<typeof unsupported>) => ({ steady: prediction, 'optimizer-peak': prediction });
    if ('reason' in gpus) return both(unsupported(gpus.reason));
    if (deployment.offload === 'optimizer-and-weights')
      return both(unsupported('Under ZeRO-2 the weights stay on the device.'));

    const P = exactParameterCount(config); // model_to_params: "shared params calculated only once"
    const N = gpus.num_gpus_per_node * gpus.num_nodes;
    const cpu_offload = deployment.offload === 'optimizer';
    // The factor is of host memory only.
    const { gpu_mem } = estimate({ total_params: P, ...gpus, cpu_offload, additional_buffer_factor: 1.5 });
    return both(
      cpu_offload
        ? nearestBytes({ weights: 2 * P }, gpu_mem)
        : nearestBytes(
            {
              weights: parts.weights * P + (parts.dividedWeights * P) / N,
              gradients: parts.gradients * P + (parts.dividedGradients * P) / N,
              optimizer: (parts.dividedOptimizer * P) / N,
            },
            gpu_mem,
          ),
    );
  };

export const deepspeedZero2: Estimator = {
  id: 'deepspeed-zero2',
  title: "DeepSpeed's estimator of model states under ZeRO-2",
  source: {
    citation: 'DeepSpeed, deepspeed/runtime/zero/stage_1_and_2.py, estimate_zero2_model_states_mem_needs',
    url: 'https://github.com/deepspeedai/DeepSpeed',
    version: 'deepspeedai/DeepSpeed@edaa722',
  },
  // One figure for everything that is neither activation nor buffer; it holds both gradients, so it is reached in the update.
  predicts: comparedIn(MEMORY_LEDGERS, ['steady', 'optimizer-peak']),
  assumptions: MODEL_STATES,
  ignores: WITHOUT_ACTIVATIONS,
  predict: zero2Predict(estimateZero2, {
    weights: 2, // params_16bit
    gradients: 0,
    dividedWeights: 4, // 4_params_32bit
    dividedGradients: 6, // 2_grads_16bit + 4_grads_32bit
    dividedOptimizer: 8, // 8_optimizer_states_32bit(momentum and variance)
  }),
  originals: [ZERO2],
};
