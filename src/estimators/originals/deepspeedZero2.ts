/** DeepSpeed's estimator of ZeRO-2's model states, as it is and as it was before pull request 5099. */
import { z } from 'zod';
import type { Original } from '../original.ts';
import { quotient, readArguments } from './arguments.ts';

const zero2Schema = z.object({
  total_params: z.number(),
  num_gpus_per_node: z.number().default(1),
  num_nodes: z.number().default(1),
  cpu_offload: z.boolean().default(true),
  additional_buffer_factor: z.number().default(1.5),
});
export type Zero2Arguments = z.infer<typeof zero2Schema>;

/** Bytes. */
export interface Zero2Needs {
  readonly cpu_mem: number;
  readonly gpu_mem: number;
}

/** Bytes of GPU memory per parameter without offload: on each device, and shared by all. */
interface PerParameter {
  readonly everywhere: number;
  readonly divided: number;
}

/** stage_1_and_2.py: 2 16-bit parameters | 2 16-bit gradients, 4 fp32 gradients, 4 fp32 parameters, 8 momentum and variance. */
export const ZERO2_BYTES: PerParameter = { everywhere: 2, divided: 18 };

/** Before: 2 16-bit parameters and 2 gradients | 4 fp32 parameters, 4 gradients, 8 momentum and variance (memory.rst, "16"). */
export const ZERO2_BYTES_BEFORE: PerParameter = { everywhere: 4, divided: 16 };

const zero2ModelStates =
  ({ everywhere, divided }: PerParameter) =>
  ({
    total_params,
    num_gpus_per_node,
    num_nodes,
    cpu_offload,
    additional_buffer_factor,
  }: Zero2Arguments): Zero2Needs => {
    const total_gpus = num_nodes * num_gpus_per_node;
    if (cpu_offload) {
      // memory.rst has GPUs of one node in the maximum; the function has those of all nodes, for each node.
      const cpu_mem = total_params * Math.max(4 * total_gpus, 16) * additional_buffer_factor;
      return { cpu_mem: Math.trunc(cpu_mem), gpu_mem: Math.trunc(2 * total_params) };
    }
    const gpu_mem = everywhere * total_params + Math.trunc(quotient(divided * total_params, total_gpus));
    const cpu_mem = total_params * 4 * num_gpus_per_node * additional_buffer_factor; // fp32, while it is initialised
    return { cpu_mem: Math.trunc(cpu_mem), gpu_mem: Math.trunc(gpu_mem) };
  };

/** `estimate_zero2_model_states_mem_needs` */
export const estimateZero2 = zero2ModelStates(ZERO2_BYTES);
export const estimateZero2Before5099 = zero2ModelStates(ZERO2_BYTES_BEFORE);

export const ZERO2: Original = {
  id: 'deepspeed-zero2',
  run: (input) => ({ ...estimateZero2(readArguments(zero2Schema, input)) }),
};

export const ZERO2_BEFORE_5099: Original = {
  id: 'deepspeed-zero2-before-5099',
  run: (input) => ({ ...estimateZero2Before5099(readArguments(zero2Schema, input)) }),
};
