/** The two programs of EleutherAI's cookbook, at commit 827ee3b: memory and parameters. Their names, arithmetic and defects. */
import { z } from 'zod';
import type { Original, Values } from '../original.ts';
import { quotient, readArguments } from './arguments.ts';

/** An argument that was not given takes the program's default (`DEFAULTS`, `set_defaults`). */
const or = <T extends z.ZodType>(type: T, fallback: z.output<T>) =>
  type.nullish().transform((value) => value ?? fallback);
const int = z.int();

const memoryArguments = z.object({
  hf_model_name_or_path: z.null().optional(), // a model's name would be looked up on its hub
  num_gpus: or(int, 1),
  tensor_parallel_size: or(int, 1),
  pipeline_parallel_size: or(int, 1),
  partition_activations: or(z.boolean(), false),
  zero_stage: or(z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]), 1),
  zero_allgather_bucket_size: or(int, 5e8),
  zero3_max_live_params: or(int, 1e9),
  checkpoint_activations: or(z.boolean(), false),
  batch_size_per_gpu: or(int, 1),
  sequence_length: or(int, 2048),
  vocab_size: or(int, 51200),
  hidden_size: or(int, 6144),
  num_attention_heads: or(int, 64),
  num_layers: or(int, 44),
  ffn_expansion_factor: or(z.number(), 4),
  num_mlp_linears: or(int, 2),
  infer: or(z.boolean(), false),
  kv_size_ratio: or(z.number(), 1),
  output_tokens: or(int, 1),
  is_mixed_precision: or(z.boolean(), true),
  high_prec_bytes_per_val: or(int, 4),
  low_prec_bytes_per_val: or(int, 2),
  bytes_per_grad_ele: or(int, 4),
  optimizer: or(z.enum(['adamw', 'muon', 'sgd_momentum']), 'adamw'),
  num_experts: or(int, 0),
  expert_parallelism: or(int, 1),
  misc_mem_gib: or(int, 0),
});
type MemoryArguments = z.output<typeof memoryArguments>;
export type CookbookMemoryArguments = z.input<typeof memoryArguments>;

const GIB = 1024 ** 3;

/** `calc_mem`. Bytes, but for names that end in `_params` (a count), `dp_degree` (a ratio) and `_gib`. */
export const calcMem = (input: CookbookMemoryArguments) => {
  const args = readArguments(memoryArguments, input);
  return args.infer ? inferring(args) : training(args);
};
/** The same for training, whatever `infer` says. */
export const calcTrainingMem = (input: CookbookMemoryArguments) => training(readArguments(memoryArguments, input));
/** The same for both: the arguments are read once. */
export function calcBothMem(input: CookbookMemoryArguments) {
  const args = readArguments(memoryArguments, input);
  return { training: training(args), inference: inferring(args) };
}

function training(args: MemoryArguments) {
  const { num_layers: L, hidden_size: h, sequence_length: s, batch_size_per_gpu: b, misc_mem_gib: misc } = args;
  const low = args.low_prec_bytes_per_val; // whatever is_mixed_precision says
  // With checkpoint_activations the score matrices are left out: that is selective recomputation, not full.
  const perTokenAndWidth = args.checkpoint_activations
    ? 16 * low + 2
    : 16 * low + 2 + (2 * low + 1) * quotient(args.num_attention_heads * s, h);
  const mem = states(args, s * b * h * L * perTokenAndWidth);

  const per_gpu_mem_gib =
    mem.per_gpu_activation_mem / GIB +
    mem.per_gpu_gradient_mem / GIB +
    mem.per_gpu_model_mem / GIB +
    mem.per_gpu_optimizer_mem / GIB +
    mem.per_gpu_communication_mem / GIB +
    misc;
  const single_replica_mem_gib =
    mem.activation_mem / GIB +
    mem.gradient_mem / GIB +
    mem.model_mem / GIB +
    mem.optimizer_mem / GIB +
    misc * args.num_gpus;
  return { ...mem, per_gpu_mem_gib, single_replica_mem_gib, printed_per_gpu_gib: twoDecimals(per_gpu_mem_gib) };
}

function inferring(args: MemoryArguments) {
  const { num_layers: L, hidden_size: h, sequence_length: s, batch_size_per_gpu: b, misc_mem_gib: misc } = args;
  const low = args.low_prec_bytes_per_val;
  const mem = states(args, s * b * h * (16 * low + 2)); // a single layer's activations
  const per_gpu_kv_cache_mem = low * h * L * (s + args.output_tokens) * b; // once, not K and V; of every head
  const kv_cache_mem = args.num_gpus * per_gpu_kv_cache_mem;

  const per_gpu_mem_gib =
    mem.per_gpu_activation_mem / GIB + per_gpu_kv_cache_mem / GIB + mem.per_gpu_model_mem / GIB + misc;
  const single_replica_mem_gib =
    mem.activation_mem / GIB + kv_cache_mem / GIB + mem.model_mem / GIB + misc * args.num_gpus;
  return {
    ...mem,
    kv_cache_mem,
    per_gpu_kv_cache_mem,
    per_gpu_mem_gib,
    single_replica_mem_gib,
    printed_per_gpu_gib: twoDecimals(per_gpu_mem_gib),
  };
}

/** Parameters, and what training and inference alike compute from them. */
function states(args: MemoryArguments, activation_mem: number) {
  const { num_gpus, num_layers: L, hidden_size: h } = args;
  const modelParallel = args.tensor_parallel_size * args.pipeline_parallel_size;
  const dp_degree = quotient(num_gpus, modelParallel); // computed, and used nowhere

  const embed_params = 2 * args.vocab_size * h; // untied, always
  const positional_params = h * args.sequence_length; // as long as the sequence, not as the model's table
  const ln_params = 8 * h * L + 2 * h; // two norms with scale and bias are 4h
  const attention_params = Math.trunc(2 * (1 + args.kv_size_ratio) * L * h * h);
  const mlp_params = args.num_mlp_linears * L * h * args.ffn_expansion_factor * h;
  const withoutMlp = embed_params + positional_params + ln_params + attention_params;
  const total_params = withoutMlp + mlp_params;
  const moe =
    args.num_experts > 0
      ? {
          total_moe_params: withoutMlp + args.num_experts * mlp_params,
          EP_total_params: withoutMlp + quotient(args.num_experts, args.expert_parallelism) * mlp_params,
        }
      : undefined;
  const held_params = moe?.EP_total_params ?? total_params;

  const bytes_per_param = args.is_mixed_precision ? args.low_prec_bytes_per_val : args.high_prec_bytes_per_val;
  const model_mem = total_params * bytes_per_param; // of a replica: dense, even with experts
  const per_gpu_unsharded = quotient(held_params * bytes_per_param, modelParallel);
  const gradient_mem = held_params * args.bytes_per_grad_ele;
  const opt_multiplier = args.optimizer === 'adamw' ? 12 : 8; // fp32 copy + m + v; of the others fp32 copy + m
  const optimizer_mem = held_params * opt_multiplier;

  const communicating = args.zero_stage >= 1 && num_gpus > 1;
  const gathered = communicating ? args.zero_allgather_bucket_size * bytes_per_param : 0;
  const live = communicating && args.zero_stage === 3 ? args.zero3_max_live_params * bytes_per_param : 0;

  return {
    embed_params,
    positional_params,
    ln_params,
    attention_params,
    mlp_params,
    total_params,
    ...moe,
    dp_degree,
    model_mem,
    gradient_mem,
    optimizer_mem,
    activation_mem,
    per_gpu_model_mem: args.zero_stage === 3 ? quotient(per_gpu_unsharded, num_gpus) : per_gpu_unsharded,
    // Gradients and optimizer know nothing of tensor and pipeline parallelism; ZeRO divides by all GPUs.
    per_gpu_gradient_mem: args.zero_stage >= 2 ? quotient(gradient_mem, num_gpus) : gradient_mem,
    per_gpu_optimizer_mem: args.zero_stage >= 1 ? quotient(optimizer_mem, num_gpus) : optimizer_mem,
    per_gpu_communication_mem: gathered + live,
    per_gpu_activation_mem: args.partition_activations
      ? quotient(activation_mem, args.tensor_parallel_size)
      : activation_mem,
  };
}

/** Python's `.2f`. Halves that a double holds exactly (0.125, 0.625) go to the even digit there, away from zero here. */
function twoDecimals(value: number): string {
  const fraction = Math.abs(value % 1);
  return (fraction === 0.125 || fraction === 0.625 ? value - Math.sign(value) * 0.005 : value).toFixed(2);
}

const parameterArguments = z.object({
  vocab_size: or(int, 51200),
  tied_embeddings: or(z.boolean(), false),
  hidden_size: or(int, 6144),
  sequence_length: or(int, 2048),
  num_layers: or(int, 44),
  moe: or(z.boolean(), false),
  num_experts: or(int, 8),
  expert_interval: or(int, 1),
  topk: or(int, 1), // read, and used nowhere
  ffn_expansion_factor: or(int, 4), // whole here, not in the memory program
  num_mlp_linears: or(int, 2),
  kv_size_ratio: or(z.number(), 1),
});
export type CookbookParameterArguments = z.input<typeof parameterArguments>;

/** `calc_params`. Counts; fractions where `expert_interval` does not divide the layers. */
export function calcParams(input: CookbookParameterArguments) {
  const args = readArguments(parameterArguments, input);
  const { hidden_size: h, num_layers: L } = args;
  const embedding_params = args.tied_embeddings ? h * args.vocab_size : 2 * h * args.vocab_size;
  const position_embedding_params = h * args.sequence_length;
  const attention_params = Math.trunc(2 * (1 + args.kv_size_ratio) * L * h * h);
  const layernorm_params = 8 * L * h + 2 * h;
  const perLayer = args.num_mlp_linears * args.ffn_expansion_factor;

  if (!args.moe) {
    const ffn_params = perLayer * L * h * h;
    const total_params =
      embedding_params + attention_params + ffn_params + position_embedding_params + layernorm_params;
    return {
      embedding_params,
      position_embedding_params,
      attention_params,
      layernorm_params,
      ffn_params,
      total_params,
    };
  }
  const num_expert_layers = quotient(L, args.expert_interval);
  const ffn_expert_params = perLayer * num_expert_layers * args.num_experts * h * h;
  const ffn_dense_params = perLayer * (L - num_expert_layers) * h * h;
  const gating_params = num_expert_layers * h * args.num_experts;
  const ffn_params = ffn_expert_params + ffn_dense_params;
  const dense = embedding_params + attention_params + ffn_params + position_embedding_params + layernorm_params;
  return {
    embedding_params,
    position_embedding_params,
    attention_params,
    layernorm_params,
    num_expert_layers,
    ffn_expert_params,
    ffn_dense_params,
    gating_params,
    ffn_params,
    total_params: dense + gating_params,
  };
}

export const COOKBOOK_ORIGINALS: readonly Original[] = [
  { id: 'eleuther-cookbook-mem', run: (input: Values) => calcMem(input as CookbookMemoryArguments) },
  { id: 'eleuther-cookbook-params', run: (input: Values) => calcParams(input as CookbookParameterArguments) },
];
