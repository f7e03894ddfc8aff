/** Where llm-analysis's latencies, which are of no interest here, make it fail: memory is then not answered either. */
import { Refused } from '../original.ts';
import type { Setup } from './llmAnalysisModel.ts';
import type { GpuConfig } from './llmAnalysisShipped.ts';

interface Efficiencies {
  readonly achieved_tflops: number | null;
  readonly flops_efficiency: number | null;
  readonly achieved_memory_bandwidth_GBs?: number | null;
  readonly hbm_memory_efficiency: number | null;
  readonly intra_node_memory_efficiency: number;
  readonly inter_node_memory_efficiency: number;
}

/** Throws `Refused` for efficiencies out of (0, 1] and for a GPU that cannot compute in the data type. */
export function checkHardware(setup: Setup, gpu: GpuConfig, given: Efficiencies): void {
  checkEfficiency('hbm_memory_efficiency', [
    given.achieved_memory_bandwidth_GBs ?? null,
    gpu.hbm_bandwidth_in_GB_per_sec,
    given.hbm_memory_efficiency,
  ]);
  checkEfficiency('flops_efficiency', [given.achieved_tflops, gpu.peak_fp16_TFLOPS, given.flops_efficiency]);

  const bits = Math.max(setup.dtype.weight_bits, setup.dtype.activation_bits);
  const tflops = { 4: gpu.peak_i4_TFLOPS, 8: gpu.peak_i8_TFLOPS, 16: gpu.peak_fp16_TFLOPS }[bits];
  if (tflops === undefined) throw new Refused('weight_bits and activation_bits must be 4, 8, or 16');
  if (tflops === 0) throw new Refused(`division by zero: ${gpu.name} has no peak for ${bits} bits`);

  const { tp_size, dp_size, ep_size } = setup.parallelism;
  const experts = setup.model.moe_num_experts > 1;
  const withinNode = dp_size * tp_size <= 8 || tp_size > 1 || (experts && ep_size <= 8);
  const acrossNodes = dp_size * tp_size > 8 || (experts && ep_size > 8);
  if (
    (withinNode && given.intra_node_memory_efficiency === 0) ||
    (acrossNodes && given.inter_node_memory_efficiency === 0)
  )
    throw new Refused('division by zero: nothing is communicated at an efficiency of 0');
}

/** What was achieved wins; 0 counts as not given; neither is an efficiency of 1. */
function checkEfficiency(name: string, [achieved, peak, efficiency]: [number | null, number, number | null]): void {
  const value = achieved ? achieved / peak : efficiency || 1;
  if (!(value > 0 && value <= 1)) throw new Refused(`${name} must be in (0, 1]`);
}

/**
 * Throws `Refused` where a forward pass of `b` sequences of `s` tokens has other operations than a textbook's transformer by 1 %: a
 * check that the original makes of multi-head attention only, and that a feed-forward width of its own does not pass.
 */
export function checkOperations({ model }: Setup, b: number, s: number): void {
  if (model.num_key_value_heads !== model.n_head) return;
  const { hidden_dim: h, num_layers: L, vocab_size: V, expansion_ratio } = model;
  const attention = 4 * b * s * h ** 2 + 4 * b * s * h ** 2 + 4 * b * s ** 2 * h;
  const mlp = (model.mlp_gated_linear_units ? 6 : 4) * b * s * h ** 2 * expansion_ratio;
  const operations = (attention + mlp) * L + 2 * b * s * h * V;
  const expected = 24 * b * L * s * h ** 2 * (1 + s / (6 * h) + V / (12 * L * h));
  if (expected === 0) throw new Refused('division by zero: no operations');
  if (!(Math.abs(operations - expected) / expected < 0.01))
    throw new Refused('the operations of a forward pass are not within 1 % of 24 b L s h² (1 + s/6h + V/12Lh)');
}
