/** DeepSpeed's estimator of ZeRO-3's model states. */
import { z } from 'zod';
import type { Original } from '../original.ts';
import { quotient, readArguments } from './arguments.ts';

const zero3Schema = z.object({
  total_params: z.number(),
  largest_layer_params: z.number(),
  num_gpus_per_node: z.number().default(1),
  num_nodes: z.number().default(1),
  cpu_offload: z.boolean().default(true),
  cpu_offload_params: z.boolean().default(true),
  zero_init: z.boolean().default(true),
  additional_buffer_factor: z.number().default(1.5),
});
export type Zero3Arguments = z.infer<typeof zero3Schema>;

/** Bytes. */
export interface Zero3Needs {
  readonly cpu_mem: number;
  readonly gpu_mem: number;
  readonly largest_layer_memory: number;
}

/** `estimate_zero3_model_states_mem_needs` */
export function estimateZero3({
  total_params,
  largest_layer_params,
  num_gpus_per_node,
  num_nodes,
  cpu_offload,
  cpu_offload_params,
  zero_init,
  additional_buffer_factor,
}: Zero3Arguments): Zero3Needs {
  const total_gpus = num_nodes * num_gpus_per_node;
  const gpus_factor = quotient(1, num_nodes);
  const largest_layer_memory = 4 * largest_layer_params; // 2 bytes of parameters are gathered, 2 of gradients computed

  /** Host memory of a node: `share` bytes per parameter, divided over the nodes, or the model's fp32 copies at the start. */
  const offloaded = (share: number) =>
    zero_init
      ? total_params * share * gpus_factor * additional_buffer_factor
      : total_params * Math.max(4 * num_gpus_per_node, share * gpus_factor) * additional_buffer_factor;
  /** Bytes per parameter, divided over all GPUs. */
  const divided = (share: number) => Math.trunc(quotient(share * total_params, total_gpus));

  let gpu_mem: number;
  let cpu_mem: number;
  if (!cpu_offload) {
    // `cpu_offload_params` has no effect without `cpu_offload`.
    gpu_mem = largest_layer_memory + divided(18);
    const initialised = zero_init ? largest_layer_params : total_params;
    cpu_mem = initialised * 4 * num_gpus_per_node * additional_buffer_factor;
  } else if (cpu_offload_params) {
    gpu_mem = largest_layer_memory;
    cpu_mem = offloaded(18);
  } else {
    gpu_mem = largest_layer_memory + divided(2);
    cpu_mem = offloaded(16);
  }
  return { cpu_mem: Math.trunc(cpu_mem), gpu_mem: Math.trunc(gpu_mem), largest_layer_memory };
}

export const ZERO3: Original = {
  id: 'deepspeed-zero3',
  run: (input) => ({ ...estimateZero3(readArguments(zero3Schema, input)) }),
};
