/** llm-analysis's `infer`: the memory, parameters and batch sizes of its summary, per GPU. */
import { z } from 'zod';
import { type Original, Refused, type Values } from '../original.ts';
import { quotient, readArguments } from './arguments.ts';
import {
  BITS_PER_BYTE,
  BYTES_FP16,
  embeddingWeights,
  inferenceActivations,
  keyValueCache,
  lastLayernormWeights,
  layerWeights,
  logitsActivations,
  times,
  type ZeroStage,
} from './llmAnalysisMemory.ts';
import { layersPerGpu, parameterCounts, readSetup, type Setup, setupArguments } from './llmAnalysisModel.ts';
import { checkHardware, checkOperations } from './llmAnalysisSpeed.ts';

const inferArguments = z.strictObject({
  ...setupArguments,
  batch_size_per_gpu: z.number().default(1),
  ds_zero: z.literal([0, 1, 2, 3]).default(0),
  dp_size: z.number().positive().default(1),
  seq_len: z.number().default(512),
  num_tokens_to_generate: z.number().default(32),
  use_kv_cache: z.union([z.boolean(), z.number()]).transform(Boolean).default(true),
  layernorm_dtype_bytes: z.number().default(BYTES_FP16),
  kv_cache_dtype_bytes: z.number().nullable().default(null),
  achieved_memory_bandwidth_GBs: z.number().nullable().default(null),
  hbm_memory_efficiency: z.number().nullable().default(null),
  cost_per_gpu_hour: z.unknown().optional(),
});

/** Embedding, layers, last norm. The stage of ZeRO is passed in the place of a flag, so that stage 3 divides all but the layers. */
export function inferenceWeights(setup: Setup, zero: ZeroStage) {
  const embedding = embeddingWeights(setup, true, zero);
  const layers = times(layerWeights(setup, true, 0), layersPerGpu(setup)).total;
  return { embedding, total: layers + embedding + lastLayernormWeights(setup, zero) };
}

/** A forward pass over `b` sequences of `s` tokens: a layer, or the logits where they are larger. */
export const forwardActivations = (setup: Setup, b: number, s: number, layernormBytes: number): number =>
  Math.max(inferenceActivations(setup, b, s, layernormBytes).total, logitsActivations(setup, b, s));

/** The summary of `infer`, without its latencies. Throws `Refused` where the original fails or the model does not fit. */
export function infer(given: Values) {
  const args = readArguments(inferArguments, given);
  const { batch_size_per_gpu: b, seq_len, num_tokens_to_generate, layernorm_dtype_bytes } = args;
  const { tp_size, pp_size, dp_size } = args;
  const setup = readSetup(args, { tp_size, pp_size, dp_size, rdp_size: 1, ep_size: 1 });
  const longest = setup.model.max_seq_len;
  if (longest !== null && seq_len > longest) throw new Refused('seq_len must be less than model max_seq_len');

  const weights = inferenceWeights(setup, args.ds_zero);
  const left = setup.gpu.mem_per_GPU_in_GB * 1024 ** 3 - weights.total;
  if (!(left > 0)) throw new Refused('model is too large to fit in total GPU memory');
  const activations = (batch: number, s: number) => forwardActivations(setup, batch, s, layernorm_dtype_bytes);

  const prefill = activations(b, seq_len);
  const prefillMost = Math.trunc(quotient(left, activations(1, seq_len)));
  if (!(left > prefill)) throw new Refused('prefill activation memory is too large');

  const decode = args.use_kv_cache ? decodeWithCache() : decodeWithoutCache();
  checkHardware(setup, setup.gpu, args);
  checkOperations(setup, b, seq_len);
  checkOperations(setup, b, args.use_kv_cache ? 1 : Math.floor((seq_len + num_tokens_to_generate) / 2));
  quotient(1, num_tokens_to_generate); // the latency per token
  return {
    batch_size_per_gpu: b,
    ...parameterCounts(setup),
    kv_cache_memory_per_gpu: decode.cache,
    weight_memory_per_gpu: weights.total,
    weight_memory_embedding_per_gpu: weights.embedding,
    prefill_activation_memory_per_gpu: prefill,
    prefill_max_batch_size_per_gpu: prefillMost,
    decode_activation_memory_per_gpu: decode.activations,
    decode_max_batch_size_per_gpu: decode.most,
  };

  function decodeWithCache() {
    const bytes = args.kv_cache_dtype_bytes ?? setup.dtype.activation_bits / BITS_PER_BYTE;
    const cache = keyValueCache(setup, b, seq_len + num_tokens_to_generate, bytes) * layersPerGpu(setup);
    const ofOneToken = activations(b, 1);
    const most = Math.trunc(quotient(left, quotient(ofOneToken + cache, b)));
    if (!(left > cache + ofOneToken)) throw new Refused('kv_cache and activation memory is too large');
    return { cache, activations: ofOneToken, most };
  }

  /** All tokens again for each: the most sequences are the prompt's, and the logits are left out. */
  function decodeWithoutCache() {
    if (b > prefillMost) throw new Refused(`batch_size_per_gpu ${b} is too large to fit in GPU memory`);
    const layer = inferenceActivations(setup, b, seq_len + num_tokens_to_generate, layernorm_dtype_bytes).total;
    return { cache: 0, activations: layer, most: prefillMost };
  }
}

export const llmAnalysisInferOriginal: Original = { id: 'llm-analysis-infer', run: infer };
