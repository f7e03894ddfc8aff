/** What both entries of llm-analysis start from: model, parallelism and data type, and the parameters counted from them. */
import { z } from 'zod';
import { Refused } from '../original.ts';
import { quotient, readArguments } from './arguments.ts';
import { type DtypeConfig, type GpuConfig, shippedDtype, shippedGpu, shippedModel } from './llmAnalysisShipped.ts';

const positive = z.number().positive();
const optional = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);

/** The fields of the original's `ModelConfig`. An unknown one is refused, as by its constructor. */
const modelSchema = z.strictObject({
  name: z.string(),
  num_layers: positive,
  n_head: positive,
  hidden_dim: positive,
  vocab_size: positive,
  max_seq_len: optional(z.number()),
  num_key_value_heads: optional(positive),
  num_key_value_groups: optional(z.number()), // computed, whatever is given
  ffn_embed_dim: optional(positive),
  expansion_ratio: optional(positive),
  model_type: optional(z.string()),
  moe_num_experts: positive.default(1),
  moe_top_k: z.number().default(1),
  mlp_gated_linear_units: z.boolean().default(false),
});

export interface ModelConfig {
  readonly num_layers: number;
  readonly n_head: number;
  readonly hidden_dim: number;
  readonly vocab_size: number;
  readonly max_seq_len: number | null;
  readonly num_key_value_heads: number;
  /** F / H, but for a model that says both. */
  readonly expansion_ratio: number;
  /** Of one expert. */
  readonly ffn_embed_dim: number;
  readonly moe_num_experts: number;
  readonly moe_top_k: number;
  readonly mlp_gated_linear_units: boolean;
}

/** Degrees; `dp_size` is that of sharding, `rdp_size` that of replication. */
export interface Parallelism {
  readonly tp_size: number;
  readonly pp_size: number;
  readonly dp_size: number;
  readonly rdp_size: number;
  readonly ep_size: number;
  readonly sp_size: number;
}

export interface Setup {
  readonly model: ModelConfig;
  readonly dtype: DtypeConfig;
  readonly parallelism: Parallelism;
}

/** The arguments that name a setup, alike in both entries. */
export const setupArguments = {
  model_name: z.string().default('facebook_opt-1.3b'),
  /** A `ModelConfig` itself, in the place of a name. */
  model_config: optional(z.union([z.string(), z.record(z.string(), z.unknown())])),
  gpu_name: z.string().default('a100-sxm-40gb'),
  dtype_name: z.string().default('w16a16e16'),
  log_level: z.unknown().optional(),
  tp_size: positive.default(1),
  pp_size: positive.default(1),
  /** 0 counts as not given. */
  sp_size: optional(z.number().min(0)),
  achieved_tflops: optional(z.number()),
  flops_efficiency: optional(z.number()),
  intra_node_memory_efficiency: z.number().default(1),
  inter_node_memory_efficiency: z.number().default(1),
  output_dir: z.unknown().optional(),
  output_file_prefix: z.unknown().optional(),
  output_file_suffix: z.unknown().optional(),
} as const;

interface SetupNames {
  readonly model_name: string;
  readonly model_config: string | Readonly<Record<string, unknown>> | null;
  readonly gpu_name: string;
  readonly dtype_name: string;
  readonly sp_size: number | null;
}

/** Throws `Refused` for names that are not shipped, and where the original's own checks fail. */
export function readSetup(
  { model_config, model_name, gpu_name, dtype_name, sp_size }: SetupNames,
  degrees: Omit<Parallelism, 'sp_size'>,
): Setup & { readonly gpu: GpuConfig } {
  const given = model_config ?? model_name;
  const model = modelConfig(typeof given === 'string' ? shippedModel(given) : given);
  const sp = sp_size === null || sp_size === 0 ? degrees.tp_size : sp_size;
  if (sp > 1 && sp !== degrees.tp_size)
    throw new Refused('if sequence parallelism size > 1, it must be equal to tensor parallelism size');
  return {
    model,
    gpu: shippedGpu(gpu_name),
    dtype: shippedDtype(dtype_name),
    parallelism: { ...degrees, sp_size: sp },
  };
}

export function modelConfig(fields: Readonly<Record<string, unknown>>): ModelConfig {
  const read = readArguments(modelSchema, fields);
  const { n_head, hidden_dim } = read;
  const num_key_value_heads = read.num_key_value_heads ?? n_head;
  if (n_head % num_key_value_heads !== 0)
    throw new Refused(`n_head (${n_head}) must be divisible by num_key_value_heads (${num_key_value_heads})`);
  const ffn_embed_dim = read.ffn_embed_dim ?? hidden_dim * (read.expansion_ratio ?? 4);
  return {
    ...read,
    num_key_value_heads,
    ffn_embed_dim,
    expansion_ratio: read.expansion_ratio ?? ffn_embed_dim / hidden_dim,
  };
}

/** ⌊L / pp⌋ */
export const layersPerGpu = ({ model, parallelism }: Setup): number =>
  Math.trunc(model.num_layers / parallelism.pp_size);

/** "At least one attention head on each tensor-parallel GPU", so that a tp beyond the key and value heads makes more of them. */
export const keyValueHeadsPerGpu = ({ model, parallelism }: Setup): number =>
  Math.max(model.num_key_value_heads / parallelism.tp_size, 1);

export function attentionParameters(setup: Setup): number {
  const { hidden_dim: h, n_head } = setup.model;
  const keyValueHeads = keyValueHeadsPerGpu(setup) * setup.parallelism.tp_size;
  return 2 * h ** 2 + 2 * h * ((h * keyValueHeads) / n_head);
}

/** Of all experts. */
export const mlpParameters = ({ model }: Setup): number =>
  (model.mlp_gated_linear_units ? 3 : 2) * model.hidden_dim * model.ffn_embed_dim * model.moe_num_experts;

export const routerParameters = ({ model }: Setup): number =>
  model.moe_num_experts > 1 ? model.hidden_dim * model.moe_num_experts : 0;

/** Two scales and no biases, or a scale and a bias of one norm: the original does not say which. */
export const layernormParameters = ({ model }: Setup): number => 2 * model.hidden_dim;

export const lastLayernormParameters = ({ model }: Setup): number => model.hidden_dim;

/** Input and output share it, always. */
export const embeddingParameters = ({ model }: Setup): number => model.hidden_dim * model.vocab_size;

/** The counts of the summary, by its names. */
export function parameterCounts(setup: Setup) {
  const { num_layers, moe_top_k, moe_num_experts } = setup.model;
  const attention = attentionParameters(setup);
  const mlp = mlpParameters(setup);
  const others = routerParameters(setup) + layernormParameters(setup);
  const outside = embeddingParameters(setup) + lastLayernormParameters(setup);
  const total = num_layers * (attention + mlp + others) + outside;
  const mlpTotal = mlp * num_layers;
  return {
    num_params_total: total,
    num_params_total_mlp: mlpTotal,
    num_params_total_embedding: embeddingParameters(setup),
    num_params_total_others: total - mlpTotal - embeddingParameters(setup),
    num_active_params_total: num_layers * (attention + quotient(mlp * moe_top_k, moe_num_experts) + others) + outside,
  };
}
