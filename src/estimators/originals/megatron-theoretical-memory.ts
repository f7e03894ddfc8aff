/** Megatron-LM's theoretical memory report, at commit d98e8a6. Its names, arithmetic and defects. */
import { z } from 'zod';
import { type Original, Refused, type Values } from '../original.ts';
import { quotient, readArguments } from './arguments.ts';

const int = z.int();
const optional = int.nullish();

/** What the report reads of Megatron's arguments. Where its parser has a default, that; what the parser derives is given. */
const reportArguments = z.object({
  hidden_size: int,
  num_layers: int,
  num_attention_heads: int,
  kv_channels: int,
  seq_length: int,
  micro_batch_size: int,
  padded_vocab_size: int,
  ffn_hidden_size: int,
  group_query_attention: z.boolean().default(false),
  num_query_groups: optional,
  swiglu: z.boolean().default(false),
  normalization: z.string().default('LayerNorm'),
  add_bias_linear: z.boolean().default(true),
  untie_embeddings_and_output_weights: z.boolean().default(false),
  num_experts: optional,
  moe_layer_freq: z
    .union([int, z.array(int)])
    .nullable()
    .default(1),
  moe_ffn_hidden_size: optional,
  moe_shared_expert_intermediate_size: optional,
  moe_shared_expert_gate: z.boolean().default(false),
  moe_latent_size: optional,
  moe_router_topk: int.nullable().default(2),
  mtp_num_layers: optional,
  multi_latent_attention: z.boolean().default(false),
  q_lora_rank: optional,
  kv_lora_rank: int.nullable().default(32),
  qk_head_dim: int.nullable().default(128),
  qk_pos_emb_head_dim: int.nullable().default(64),
  v_head_dim: int.nullable().default(128),
  hybrid_layer_pattern: z.string().nullish(),
  tensor_model_parallel_size: int.default(1),
  pipeline_model_parallel_size: int.default(1),
  virtual_pipeline_model_parallel_size: optional,
  expert_tensor_parallel_size: int.default(1),
  expert_model_parallel_size: int.default(1),
  data_parallel_size: int.default(1),
  world_size: int.default(1),
  use_distributed_optimizer: z.boolean().default(false),
  sequence_parallel: z.boolean().default(false),
  recompute_granularity: z.string().nullish(),
  num_microbatches: optional,
});
export type MegatronArguments = z.input<typeof reportArguments>;
type Arguments = z.output<typeof reportArguments>;

/** Which layers have experts: 1 or 0 for each. Without experts none has. */
function moeLayerPattern({ num_experts, moe_layer_freq: freq, num_layers }: Arguments): readonly number[] {
  if (num_experts == null) return Array.from({ length: num_layers }, () => 0);
  if (freq === null) throw new Refused('moe_layer_freq is not given');
  if (typeof freq === 'number') {
    if (freq === 0) throw new Refused('division by zero');
    return Array.from({ length: num_layers }, (_, layer) => (layer % freq === 0 ? 1 : 0));
  }
  if (freq.length !== num_layers) throw new Refused(`moe_layer_freq has ${freq.length} entries, not ${num_layers}`);
  return freq;
}

/** Queries, keys, values and output of one layer; multi-latent attention (DeepSeek's) where asked for. */
function attentionParameters(args: Arguments, norm_size: number): number {
  const { hidden_size: h, num_attention_heads: a, q_lora_rank } = args;
  const toHidden = quotient(args.kv_channels * a, h);
  if (args.multi_latent_attention) {
    if (args.group_query_attention) throw new Refused('multi-latent attention has no query groups');
    const kv_lora_rank = given(args.kv_lora_rank, 'kv_lora_rank');
    const head = given(args.qk_head_dim, 'qk_head_dim');
    const position = given(args.qk_pos_emb_head_dim, 'qk_pos_emb_head_dim');
    const value = given(args.v_head_dim, 'v_head_dim');
    const queries = a * (head + position);
    return (
      (q_lora_rank == null ? h * queries : q_lora_rank * (h + queries + norm_size)) +
      kv_lora_rank * (h + a * (head + value) + norm_size) +
      h * position +
      a * value * h
    );
  }
  const groups = args.group_query_attention ? given(args.num_query_groups, 'num_query_groups') : a;
  return 2 * h * h * ((1 + quotient(groups, a)) * toHidden);
}

/** Python fails on `None` in a product. */
function given(value: number | null | undefined, name: string): number {
  if (value == null) throw new Refused(`${name} is not given`);
  return value;
}

/** `compute_weight_and_optimizer_memory`: counts, and bytes of the most loaded shard. */
export function computeWeightAndOptimizerMemory(input: MegatronArguments) {
  const args = readArguments(reportArguments, input);
  const { hidden_size: h, tensor_model_parallel_size: tp, pipeline_model_parallel_size: pp } = args;
  const moe = args.num_experts != null;
  const num_experts = args.num_experts ?? 1;
  const gated = args.swiglu ? 3 / 2 : 1;
  const shared_width = args.moe_shared_expert_intermediate_size ?? 0;
  const pattern = moeLayerPattern(args);
  const moeLayers = pattern.reduce((sum, layer) => sum + layer, 0);
  const denseLayers = args.num_layers - moeLayers;
  const moeWidth = moe ? given(args.moe_ffn_hidden_size, 'moe_ffn_hidden_size') : 0;
  const norm_size = args.normalization === 'RMSNorm' ? 1 : 2; // a layer norm has a bias

  const mtpLayers = args.mtp_num_layers ?? 0;
  const lastIsMoe = args.mtp_num_layers == null ? 0 : given(pattern.at(-1), 'a last layer');
  const mtpMoe = lastIsMoe * mtpLayers;
  const mtpDense = (1 - lastIsMoe) * mtpLayers;

  // Of one layer each; a linear layer has no bias here.
  const attention_params = attentionParameters(args, norm_size);
  const dense_mlp_params = 2 * h * args.ffn_hidden_size * gated;
  const shared_expert_params = 2 * h * shared_width * gated;
  const routedWidth = args.moe_latent_size ?? h; // latent experts work on a projection
  const routed_expert_params = 2 * routedWidth * moeWidth * num_experts * gated;
  const active_routed_expert_params = moe
    ? 2 * routedWidth * moeWidth * given(args.moe_router_topk, 'moe_router_topk') * gated
    : 0;
  const latent_projection_params = moe && args.moe_latent_size != null ? 2 * h * args.moe_latent_size : 0;
  const layernorm_params = 2 * h * norm_size;
  const router_params = moe ? h * num_experts + (args.add_bias_linear ? num_experts : 0) : 0;
  const shared_expert_gate_params = shared_width > 0 && args.moe_shared_expert_gate ? h : 0;

  const embedding_size = h * args.padded_vocab_size;
  const final_layernorm = norm_size * h;
  const untied = args.untie_embeddings_and_output_weights;
  const num_parameters_in_embedding_layers = untied ? 2 * embedding_size : embedding_size;

  const notExperts = latent_projection_params + layernorm_params + router_params + shared_expert_gate_params;
  const denseLayer = attention_params + dense_mlp_params + layernorm_params;
  const moeLayerWith = (experts: number) =>
    attention_params +
    shared_expert_params +
    experts +
    latent_projection_params +
    layernorm_params +
    router_params +
    shared_expert_gate_params;
  const moeLayer = moeLayerWith(routed_expert_params);
  const activeMoeLayer = moeLayerWith(active_routed_expert_params);
  const num_parameters_in_transformer_block = denseLayer * denseLayers + moeLayer * moeLayers + final_layernorm;
  const activeInBlock = denseLayer * denseLayers + activeMoeLayer * moeLayers + final_layernorm;
  const num_parameters_in_mtp_block = denseLayer * mtpDense + moeLayer * mtpMoe; // counted whole as active, too

  // How each rank holds them: divided by tp, whole on every rank of a stage, or divided among experts' ranks.
  const sharded = (dense: number, expert: number) =>
    (attention_params + dense_mlp_params) * dense + (attention_params + shared_expert_params) * expert;
  const replicated = (dense: number, expert: number) => layernorm_params * dense + notExperts * expert;
  const expertRanks = args.expert_tensor_parallel_size * args.expert_model_parallel_size;
  const untiedShard = untied && pp === 1 ? quotient(embedding_size, tp) : 0; // the head's table
  const tpShardedButHead = quotient(
    quotient(sharded(denseLayers, moeLayers), pp) + sharded(mtpDense, mtpMoe) + embedding_size,
    tp,
  );
  const tp_sharded_params_on_most_loaded_shard = tpShardedButHead + untiedShard;
  const replicated_params_on_most_loaded_shard =
    quotient(replicated(denseLayers, moeLayers) + final_layernorm, pp) + replicated(mtpDense, mtpMoe);
  const expert_sharded_params_on_most_loaded_shard = quotient(
    quotient(routed_expert_params * moeLayers, pp) + routed_expert_params * mtpMoe,
    expertRanks,
  );
  const num_parameters_on_most_loaded_model_shard =
    tpShardedButHead +
    replicated_params_on_most_loaded_shard +
    expert_sharded_params_on_most_loaded_shard +
    untiedShard;

  // "Other shards just have 1/pp_size transformer layers."
  const num_parameters_on_other_model_shards =
    quotient(sharded(denseLayers, moeLayers), pp * tp) +
    quotient(replicated(denseLayers, moeLayers) + final_layernorm, pp) +
    quotient(routed_expert_params * moeLayers, pp * expertRanks);

  const expert_data_parallel_size = Math.floor(quotient(args.world_size, expertRanks * pp));
  // bf16 weights 2, fp32 main gradients 4; fp32 main parameters 4 and Adam's states 8 of each parameter held for the update
  const bytesPerParameter = (dp: number) => (args.use_distributed_optimizer ? 6 + quotient(12, dp) : 18);
  const weight_and_optimizer_memory =
    (tp_sharded_params_on_most_loaded_shard + replicated_params_on_most_loaded_shard) *
      bytesPerParameter(args.data_parallel_size) +
    expert_sharded_params_on_most_loaded_shard * bytesPerParameter(expert_data_parallel_size);

  return {
    attention_params,
    dense_mlp_params,
    layernorm_params,
    router_params,
    routed_expert_params,
    shared_expert_params,
    num_parameters_in_transformer_block,
    num_parameters_in_mtp_block,
    num_parameters_in_embedding_layers,
    num_total_parameters:
      num_parameters_in_transformer_block + num_parameters_in_mtp_block + num_parameters_in_embedding_layers,
    num_active_parameters: activeInBlock + num_parameters_in_mtp_block + num_parameters_in_embedding_layers,
    num_parameters_on_most_loaded_model_shard,
    ...(pp > 1 ? { num_parameters_on_other_model_shards } : {}),
    tp_sharded_params_on_most_loaded_shard,
    replicated_params_on_most_loaded_shard,
    expert_sharded_params_on_most_loaded_shard,
    expert_data_parallel_size,
    weight_and_optimizer_memory,
  };
}

/** Activations of the first pipeline stage in bytes, and the terms that the function adds up (each as it is in the total). */
export interface MegatronActivations {
  readonly total: number;
  readonly layers: number;
  readonly embeddingInput: number;
  readonly embeddingDropout: number;
  /** What the output layer reads, and the logits: on a pipeline of one stage only. */
  readonly outputInput: number;
  readonly logits: number;
}

/** What the layers and the embedding of all micro-batches in flight come to, relative to `pp` of them. */
function scheduleFactor(args: Arguments): number {
  const { pipeline_model_parallel_size: pp, virtual_pipeline_model_parallel_size: vpp, num_microbatches } = args;
  if (vpp != null) return 1 + quotient(pp - 1, pp * vpp); // interleaved: the number of micro-batches is ignored
  if (pp > 1 && num_microbatches != null) return Math.min(1, num_microbatches / pp);
  return 1;
}

/** `compute_activation_memory`: sequence parallelism and selective recomputation. */
export function computeActivationMemory(input: MegatronArguments): MegatronActivations {
  const args = readArguments(reportArguments, input);
  const { seq_length: s, micro_batch_size: b, hidden_size: h, padded_vocab_size: v } = args;
  const { tensor_model_parallel_size: tp, pipeline_model_parallel_size: pp } = args;
  const factor = scheduleFactor(args);
  const layers = s * b * h * (18 + 4 * quotient(args.ffn_hidden_size, h)) * args.num_layers; // not divided by pp
  const embeddingInput = 8 * s * b * pp;
  const embeddingDropout = s * b * h * pp;
  const lastStageToo = pp === 1 ? 1 : 0;
  const output = lastStageToo * s * b * h * 4 * (1 + quotient(v, h));
  return {
    total: quotient((layers + embeddingInput + embeddingDropout) * factor + output, tp),
    layers: quotient(layers * factor, tp),
    embeddingInput: quotient(embeddingInput * factor, tp),
    embeddingDropout: quotient(embeddingDropout * factor, tp),
    outputInput: quotient(lastStageToo * 4 * s * b * h, tp),
    logits: quotient(lastStageToo * 4 * s * b * v, tp), // 4 bytes here, 2 in the other function
  };
}

/** "Buffer for optimizer and miscellaneous temporaries (5% overhead)". */
const OVERHEAD_FACTOR = 1.05;

/** `compute_activation_memory_without_sp`: used in every other case. The terms are without the 5 %. */
export function computeActivationMemoryWithoutSp(input: MegatronArguments): MegatronActivations {
  const args = readArguments(reportArguments, input);
  const { seq_length: s, micro_batch_size: b, hidden_size: h, padded_vocab_size: v } = args;
  const { tensor_model_parallel_size: tp, pipeline_model_parallel_size: pp } = args;
  const factor = scheduleFactor(args);
  const layers = s * b * h * (10 + quotient(24, tp)) * args.num_layers; // 24 whatever ffn_hidden_size is; no scores
  const embeddingInput = 8 * s * b * pp;
  const embeddingDropout = s * b * h * pp;
  const logits = pp === 1 ? quotient(s * b * v, tp) : 0;
  const outputInput = pp === 1 ? s * b * h : 0;
  return {
    total: ((layers + embeddingInput + embeddingDropout) * factor + (logits + outputInput) * 2) * OVERHEAD_FACTOR,
    layers: layers * factor,
    embeddingInput: embeddingInput * factor,
    embeddingDropout: embeddingDropout * factor,
    outputInput: 2 * outputInput,
    logits: 2 * logits,
  };
}

export type ActivationBranch = 'compute_activation_memory' | 'compute_activation_memory_without_sp';

/** Which of both functions `report_theoretical_memory` uses. */
export const activationBranch = ({ sequence_parallel, recompute_granularity }: MegatronArguments): ActivationBranch =>
  sequence_parallel === true && recompute_granularity === 'selective'
    ? 'compute_activation_memory'
    : 'compute_activation_memory_without_sp';

const BYTES_IN_MEGABYTE = 1024 * 1024; // "MB"

/** All three functions and what the report prints of them; of a hybrid model it prints nothing. */
export function reportTheoreticalMemory(args: MegatronArguments) {
  const weightAndOptimizer = computeWeightAndOptimizerMemory(args);
  const activations = {
    compute_activation_memory: computeActivationMemory(args).total,
    compute_activation_memory_without_sp: computeActivationMemoryWithoutSp(args).total,
  };
  const branch = activationBranch(args);
  const weight_and_optimizer_memory_MB = weightAndOptimizer.weight_and_optimizer_memory / BYTES_IN_MEGABYTE;
  const activation_memory_MB = activations[branch] / BYTES_IN_MEGABYTE;
  const total_memory_MB = weight_and_optimizer_memory_MB + activation_memory_MB;
  const report =
    args.hybrid_layer_pattern == null
      ? { weight_and_optimizer_memory_MB, activation_memory_MB, total_memory_MB, branch }
      : null;
  return { ...weightAndOptimizer, ...activations, report };
}

export const MEGATRON_ORIGINAL: Original = {
  id: 'megatron-theoretical-memory',
  run: (input: Values) => reportTheoreticalMemory(input as MegatronArguments),
};
