/** llm-analysis's `train`: the memory, parameters and batch sizes of its summary, per GPU. */
import { z } from 'zod';
import { type Original, Refused, type Values } from '../original.ts';
import { quotient, readArguments } from './arguments.ts';
import {
  BYTES_FP32,
  embeddingActivations,
  embeddingWeights,
  lastLayernormWeights,
  layernormActivations,
  layerStates,
  layerWeights,
  logitsActivations,
  outsideStates,
  times,
  trainingActivations,
} from './llmAnalysisMemory.ts';
import {
  embeddingParameters,
  lastLayernormParameters,
  layersPerGpu,
  type Parallelism,
  parameterCounts,
  readSetup,
  setupArguments,
} from './llmAnalysisModel.ts';
import { checkHardware, checkOperations } from './llmAnalysisSpeed.ts';

const count = z.number().nullable().default(null);
/** Python's int(True) is 1. */
const flag = z.union([z.boolean(), z.number()]).transform(Number);
const truth = flag.transform(Boolean);

const trainArguments = z.strictObject({
  ...setupArguments,
  batch_size_per_gpu: count,
  gradient_accumulation_steps: count,
  global_batch_size: count,
  seq_len: count,
  total_num_tokens: count,
  activation_recomputation: z.literal([0, 1, 2, 3, 4]).default(0),
  ds_zero: z.literal([0, 1, 2, 3]).default(0),
  fwd_prefetch: flag.default(1),
  bwd_prefetch: flag.default(1),
  dp_size: z.number().min(0).nullable().default(null),
  ep_size: z.number().positive().default(1),
  total_num_gpus: z.number().min(0).nullable().default(null),
  layernorm_dtype_bytes: z.number().default(BYTES_FP32),
  master_weights_dtype_bytes: z.number().default(BYTES_FP32),
  other_op_bytes: count,
  flash_attn: truth.default(true),
  softmax_dropout: truth.default(false),
  mlp_activation_quant_bits: count,
  mlp_1linear_quant_bits: count,
  mlp_gelu_input_quant_bits: count,
  mlp_2linear_quant_bits: count,
  mlp_recompute_gelu: truth.default(false),
  hbm_memory_efficiency: z.number().nullable().default(1),
  num_gpus_per_node: z.number().default(8),
});
type TrainArguments = z.output<typeof trainArguments>;
/** What a caller may say. */
export type TrainInput = z.input<typeof trainArguments>;

/** The summary of `train`, without its latencies. Throws `Refused` where the original fails. */
export function train(given: Values) {
  const args = readArguments(trainArguments, given);
  const setup = readSetup(args, degreesOf(args));
  const { model } = setup;
  const { master_weights_dtype_bytes: masterBytes, other_op_bytes: otherBytes, ds_zero: zero } = args;
  const seq_len = sequenceLength(args.seq_len, model.max_seq_len);

  const layers = layersPerGpu(setup);
  const embedding = embeddingWeights(setup, true, zero);
  const unshardedEmbedding = embeddingWeights(setup, false, zero);
  const weights = times(layerWeights(setup, true, zero), layers);
  const weight = embedding + weights.total + lastLayernormWeights(setup, zero);
  const unsharded = layerWeights(setup, false, zero);

  const layerState = layerStates(setup, masterBytes, otherBytes, zero);
  const outside = (parameters: number) => outsideStates(setup, parameters, masterBytes, otherBytes, zero);
  const embeddingState = outside(embeddingParameters(setup));
  const lastState = outside(lastLayernormParameters(setup));
  const optimizer = layerState.optimizer * layers + embeddingState.optimizer + lastState.optimizer;
  const gradients = layerState.gradients * layers + embeddingState.gradients + lastState.gradients;

  // Of FSDP, and charged without it too: the next layer's gathered weights, in forward and in backward.
  const forwardPrefetch = unshardedEmbedding + unsharded.total;
  const backwardPrefetch = (Math.trunc(args.fwd_prefetch) + Math.trunc(args.bwd_prefetch)) * unsharded.total;
  const prefetch = Math.max(forwardPrefetch, backwardPrefetch);

  /** All L layers at once, whatever pp is: "the first stage must store p × L/p = L layers worth of activations". */
  const activationsOf = (b: number) => {
    const inLayers = times(trainingActivations(setup, b, seq_len, args), model.num_layers);
    const input = embeddingActivations(setup, b, seq_len);
    const output = logitsActivations(setup, b, seq_len);
    const lastLayernorm = layernormActivations(setup, b, seq_len, args.layernorm_dtype_bytes);
    return { inLayers, input, output, lastLayernorm, total: inLayers.total + input + output + lastLayernorm };
  };
  const ofOne = activationsOf(1).total;
  const left = setup.gpu.mem_per_GPU_in_GB * 1024 ** 3 - weight - optimizer;
  const most = largestBatch(Math.floor(quotient(left, ofOne)), (b) => {
    return left >= Math.max(prefetch, logitsActivations(setup, b, seq_len)) + ofOne * b;
  });
  const batch = configureBatch(args, most, setup.parallelism);
  const activations = activationsOf(batch.batch_size_per_gpu);
  const lossBackward = logitsActivations(setup, batch.batch_size_per_gpu, seq_len);

  checkHardware(setup, setup.gpu, args);
  checkOperations(setup, batch.batch_size_per_gpu, seq_len);
  if (args.total_num_tokens !== null) {
    quotient(args.total_num_tokens, batch.global_batch_size * seq_len);
    if (model.moe_num_experts === 1) quotient(1, args.total_num_tokens);
  }

  return {
    ...batch,
    max_batch_size_per_gpu: most,
    ...setup.parallelism,
    ...parameterCounts(setup),
    weight_memory_per_gpu: weight,
    weight_memory_embedding_per_gpu: embedding,
    weight_memory_attn_per_gpu: weights.attention,
    weight_memory_mlp_per_gpu: weights.mlp,
    weight_memory_layernorm_per_gpu: weights.layernorm,
    unsharded_weight_memory_embedding: unshardedEmbedding,
    unsharded_weight_memory_per_layer: unsharded.total,
    unsharded_weight_memory_attn_per_layer: unsharded.attention,
    unsharded_weight_memory_mlp_per_layer: unsharded.mlp,
    unshared_weight_memory_layernorm: unsharded.layernorm,
    gradient_memory_per_gpu: gradients,
    optimizer_state_memory_per_gpu: optimizer,
    '(weight+op_state)_memory_per_gpu': optimizer + weight,
    estimated_fwd_prefetch_memory_per_gpu: forwardPrefetch,
    estimated_bwd_prefetch_memory_per_gpu: backwardPrefetch,
    loss_bwd_memory: lossBackward,
    activation_memory_batch_size_1: ofOne,
    activation_memory_per_gpu: activations.total,
    activation_memory_attn_per_gpu: activations.inLayers.attention,
    activation_memory_mlp_per_gpu: activations.inLayers.mlp,
    activation_memory_layernorm_per_gpu: activations.inLayers.layernorm,
    activation_memory_input_embedding_per_gpu: activations.input,
    activation_memory_output_embedding_per_gpu: activations.output,
    '(weight+op_state+act)_memory_per_gpu': optimizer + weight + activations.total,
    '(weight+op_state+grad)_memory_per_gpu': weight + optimizer + gradients,
    estimated_peak_memory_per_gpu:
      optimizer + weight + Math.max(activations.total, gradients) + Math.max(backwardPrefetch, lossBackward),
  };
}

export const llmAnalysisTrainOriginal: Original = { id: 'llm-analysis-train', run: train };

/** 0 GPUs, or a degree of 0, count as not given. */
function degreesOf(args: TrainArguments): Omit<Parallelism, 'sp_size'> {
  const { tp_size, pp_size, ep_size, dp_size, total_num_gpus } = args;
  if (tp_size > args.num_gpus_per_node) throw new Refused(`tp_size must be <= ${args.num_gpus_per_node}`);
  const degrees = { tp_size, pp_size, ep_size };
  if (!total_num_gpus) return { ...degrees, dp_size: dp_size || 1, rdp_size: 1 };
  const replica = (dp_size || 1) * tp_size * pp_size;
  if (total_num_gpus % replica !== 0) throw new Refused(`${total_num_gpus} GPUs are no multiple of ${replica}`);
  const replicas = total_num_gpus / replica;
  return dp_size ? { ...degrees, dp_size, rdp_size: replicas } : { ...degrees, dp_size: replicas, rdp_size: 1 };
}

function sequenceLength(given: number | null, longest: number | null): number {
  if (longest === null) throw new Refused('the model has no max_seq_len, with which seq_len is compared');
  if (given !== null && given > longest) throw new Refused('seq_len must be less than model max_seq_len');
  return given ?? longest;
}

/**
 * The largest b ≤ `from` that fits: negative where weights and optimizer alone do not. The original counts down from `from`;
 * what fits less is less, so that halving finds the same.
 */
function largestBatch(from: number, fits: (b: number) => boolean): number {
  if (fits(from)) return from;
  let tooLarge = from;
  let step = 1;
  while (!fits(tooLarge - step)) {
    tooLarge -= step;
    step *= 2;
  }
  let fitting = tooLarge - step;
  while (tooLarge - fitting > 1) {
    const middle = Math.floor((fitting + tooLarge) / 2);
    if (fits(middle)) fitting = middle;
    else tooLarge = middle;
  }
  return fitting;
}

/** What is not given of the three, from what is: global = per GPU · steps · data parallel degrees. 0 counts as not given. */
function configureBatch(args: TrainArguments, most: number, { dp_size, rdp_size }: Parallelism) {
  const dp = dp_size * rdp_size;
  const [perGpu, steps, global] = [args.batch_size_per_gpu, args.gradient_accumulation_steps, args.global_batch_size];
  const batch = (batch_size_per_gpu: number, gradient_accumulation_steps: number, global_batch_size: number) => ({
    batch_size_per_gpu,
    gradient_accumulation_steps,
    global_batch_size,
  });
  const share = (whole: number, part: number, what: string): number => {
    if (whole % part !== 0 || whole / part <= 0) throw new Refused(`no valid ${what}`);
    return whole / part;
  };

  if (global && perGpu && steps) {
    if (global !== perGpu * steps * dp) throw new Refused('global_batch_size is not the product of the others');
    return batch(perGpu, steps, global);
  }
  if (global && perGpu) return batch(perGpu, share(global, perGpu * dp, 'gradient_accumulation_steps'), global);
  if (global && steps) return batch(share(global, steps * dp, 'batch_size_per_gpu'), steps, global);
  if (perGpu) return batch(perGpu, steps ?? 1, perGpu * (steps ?? 1) * dp);
  if (!global) return batch(most, steps ?? 1, most * (steps ?? 1) * dp);

  if (global % dp !== 0) throw new Refused('global_batch_size must be divisible by dp_size');
  const ofReplica = global / dp;
  let largest = Math.min(ofReplica, most);
  while (largest > 0 && ofReplica % largest !== 0) largest -= 1;
  if (largest <= 0) throw new Refused('no batch fits');
  return batch(largest, ofReplica / largest, global);
}
