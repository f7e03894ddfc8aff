/** The models, GPUs and data types that llm-analysis ships by name (llm_analysis/{model,gpu,dtype}_configs at d841e40). */
import { Refused } from '../original.ts';

type ModelRow = readonly [
  num_layers: number,
  n_head: number,
  hidden_dim: number,
  vocab_size: number,
  max_seq_len: number | null,
];

/** Each with ffn_embed_dim = 4 · hidden_dim, not gated, as many key and value heads as heads: Llama is not so, but is shipped so. */
const MODELS: Readonly<Record<string, ModelRow>> = {
  'EleutherAI_gpt-j-6b': [28, 16, 4096, 50400, 2048],
  'EleutherAI_gpt-neo-1.3B': [24, 16, 2048, 50257, 2048],
  'EleutherAI_gpt-neo-125m': [12, 12, 768, 50257, 2048],
  'EleutherAI_gpt-neo-2.7B': [32, 20, 2560, 50257, 2048],
  'NousResearch_Llama-2-7b-hf': [32, 32, 4096, 32000, 4096],
  'PygmalionAI_pygmalion-6b': [28, 16, 4096, 50400, 2048],
  allenai_scibert_scivocab_uncased: [12, 12, 768, 31090, 512],
  'bert-base-cased': [12, 12, 768, 28996, 512],
  'bert-base-multilingual-cased': [12, 12, 768, 119547, 512],
  'bert-base-uncased': [12, 12, 768, 30522, 512],
  'bert-large': [24, 16, 1024, 30522, 512],
  bigcode_santacoder: [24, 16, 2048, 49280, 2048],
  'bigscience_bloom-560m': [24, 16, 1024, 250880, null],
  'bigscience_bloom-7b1': [30, 32, 4096, 250880, null],
  'bigscience_bloomz-560m': [24, 16, 1024, 250880, null],
  'bigscience_bloomz-7b1-mt': [30, 32, 4096, 250880, null],
  'bigscience_test-bloomd-6b3': [30, 32, 4096, 250880, null],
  'bloom-175b': [96, 96, 12288, 250880, null],
  'decapoda-research_llama-13b-hf': [40, 40, 5120, 32000, 2048],
  'decapoda-research_llama-30b-hf': [60, 52, 6656, 32000, 2048],
  'decapoda-research_llama-65b-hf': [80, 64, 8192, 32000, 2048],
  'decapoda-research_llama-7b-hf': [32, 32, 4096, 32000, 2048],
  distilgpt2: [6, 12, 768, 50257, 1024],
  'dslim_bert-base-NER': [12, 12, 768, 28996, 512],
  'facebook_opt-1.3b': [24, 32, 2048, 50272, 2048],
  'facebook_opt-125m': [12, 12, 768, 50272, 2048],
  'facebook_opt-13b': [40, 40, 5120, 50272, 2048],
  'facebook_opt-175b': [96, 96, 12288, 50272, 2048],
  'facebook_opt-350m': [24, 16, 1024, 50272, 2048],
  'facebook_opt-6.7b': [32, 32, 4096, 50272, 2048],
  'facebook_opt-66b': [64, 72, 9216, 50272, 2048],
  'fxmarty_tiny-llama-fast-tokenizer': [2, 4, 16, 32000, 2048],
  'gpt2-large': [36, 20, 1280, 50257, 1024],
  'gpt2-medium': [24, 16, 1024, 50257, 1024],
  'gpt2-xl': [48, 25, 1600, 50257, 1024],
  gpt2: [12, 12, 768, 50257, 1024],
  'hf-internal-testing_tiny-random-BloomForCausalLM': [5, 4, 32, 1024, null],
  'hf-internal-testing_tiny-random-GPTNeoModel': [4, 4, 32, 1024, 512],
  'hf-internal-testing_tiny-random-gpt_neo': [4, 4, 32, 1000, 512],
  'lmsys_vicuna-7b-delta-v0': [32, 32, 4096, 32001, 2048],
  'megatron-lm-175b': [96, 96, 12288, 50272, 2048],
  'megatron-lm-530b': [105, 128, 20480, 50272, 2048],
  'mt-nlg-530b': [105, 128, 20480, 50272, 2048],
  'sentence-transformers_all-MiniLM-L6-v2': [6, 12, 384, 30522, 512],
  'test-13b': [40, 40, 5120, 50272, 2048],
  'trl-internal-testing_tiny-random-GPTNeoForCausalLM': [4, 4, 32, 1024, 512],
};

/** The only one that is shipped with a width and with key and value heads of its own. */
const LLAMA_2_70B = {
  name: 'upstage_Llama-2-70b-instruct-v2',
  num_layers: 80,
  n_head: 64,
  hidden_dim: 8192,
  vocab_size: 32000,
  max_seq_len: 4096,
  num_key_value_heads: 8,
  ffn_embed_dim: 28672,
  mlp_gated_linear_units: true,
} as const;

type GpuRow = readonly [memory: number, bandwidth: number, fp16: number, int8: number, int4: number];

/** GiB of memory, GB/s of bandwidth, TFLOPS by width. Intra-node and inter-node bandwidths decide nothing here. */
const GPUS: Readonly<Record<string, GpuRow>> = {
  'a10-pcie-28gb': [28, 600, 125, 250, 500],
  'a100-pcie-40gb': [40, 1555, 312, 624, 1248],
  'a100-pcie-80gb': [80, 1935, 312, 624, 1248],
  'a100-sxm-40gb': [40, 1555, 312, 624, 1248],
  'a100-sxm-80gb': [80, 2039, 312, 624, 1248],
  'a10g-pcie-24gb': [24, 600, 70, 140, 280],
  'a6000-48gb': [48, 768, 154.8, 309.6, 619.2],
  'h100-pcie-80gb': [80, 2000, 756, 1513, 3026],
  'h100-sxm-80gb': [80, 3350, 989, 1979, 3958],
  'mi100-32gb': [32, 1228.8, 184.6, 369.2, 738.4],
  'mi210-64gb': [64, 1638, 181, 362, 724],
  'mi250-128gb': [128, 3200, 362.1, 724.2, 1448.4],
  'mi250x-128gb': [128, 3200, 383, 766, 1532],
  'v100-pcie-16gb': [16, 900, 112, 0, 0],
  'v100-pcie-32gb': [32, 900, 112, 0, 0],
  'v100-sxm-16gb': [32, 900, 125, 0, 0], // 32 GB, whatever its name says
  'v100-sxm-32gb': [32, 900, 125, 0, 0],
};

export interface GpuConfig {
  readonly name: string;
  readonly mem_per_GPU_in_GB: number;
  readonly hbm_bandwidth_in_GB_per_sec: number;
  readonly peak_fp16_TFLOPS: number;
  readonly peak_i8_TFLOPS: number;
  readonly peak_i4_TFLOPS: number;
}

/** Bits of weights, activations and embedding. */
export interface DtypeConfig {
  readonly weight_bits: number;
  readonly activation_bits: number;
  readonly embedding_bits: number;
}

/** Weights and activations, each with an embedding of 16 and of 32 bits. None has 32-bit weights or activations. */
const DTYPES: readonly (readonly [weight: number, activation: number])[] = [
  [16, 16],
  [8, 16],
  [8, 8],
  [4, 16],
  [4, 8],
  [4, 4],
];

/** What is left out takes the default of the original's `ModelConfig`. Throws `Refused` for a name that is not shipped. */
export function shippedModel(name: string): Readonly<Record<string, unknown>> {
  if (name === LLAMA_2_70B.name) return LLAMA_2_70B;
  const row = Object.hasOwn(MODELS, name) ? MODELS[name] : undefined;
  if (row === undefined) throw new Refused(`${name}: not shipped, and the Hugging Face hub is not asked here`);
  const [num_layers, n_head, hidden_dim, vocab_size, max_seq_len] = row;
  return { name, num_layers, n_head, hidden_dim, vocab_size, max_seq_len };
}

/** Throws `Refused` for a name that is not shipped. */
export function shippedGpu(name: string): GpuConfig {
  const row = Object.hasOwn(GPUS, name) ? GPUS[name] : undefined;
  if (row === undefined) throw new Refused(`unknown gpu config name: ${name}`);
  const [mem_per_GPU_in_GB, hbm_bandwidth_in_GB_per_sec, peak_fp16_TFLOPS, peak_i8_TFLOPS, peak_i4_TFLOPS] = row;
  return {
    name,
    mem_per_GPU_in_GB,
    hbm_bandwidth_in_GB_per_sec,
    peak_fp16_TFLOPS,
    peak_i8_TFLOPS,
    peak_i4_TFLOPS,
  };
}

/** `w8a16e32` and the like. Throws `Refused` for a name that is not shipped: there is no 32-bit mode. */
export function shippedDtype(name: string): DtypeConfig {
  for (const [weight_bits, activation_bits] of DTYPES) {
    for (const embedding_bits of [16, 32]) {
      if (name === `w${weight_bits}a${activation_bits}e${embedding_bits}`)
        return { weight_bits, activation_bits, embedding_bits };
    }
  }
  throw new Refused(`unknown quant config name: ${name} (weights and activations are 4, 8 or 16 bits)`);
}
