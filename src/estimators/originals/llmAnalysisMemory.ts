/** The memory terms that both entries of llm-analysis are put together from. Bytes per GPU, in fractions where a degree does not divide. */
import {
  attentionParameters,
  embeddingParameters,
  keyValueHeadsPerGpu,
  lastLayernormParameters,
  layernormParameters,
  mlpParameters,
  routerParameters,
  type Setup,
} from './llmAnalysisModel.ts';

export const BITS_PER_BYTE = 8;
export const BYTES_FP32 = 4;
export const BYTES_FP16 = 2;

/** 0 none · 1 attention's core (QKᵀ, softmax, its dropout, the product with V) · 2 attention · 3 norm, attention, norm · 4 the layer. */
export type Recomputation = 0 | 1 | 2 | 3 | 4;
export type ZeroStage = 0 | 1 | 2 | 3;

/** A total and its parts, each of one layer unless multiplied. */
export interface LayerMemory {
  readonly total: number;
  readonly attention: number;
  readonly mlp: number;
  readonly layernorm: number;
}

export const times = (memory: LayerMemory, count: number): LayerMemory => ({
  total: memory.total * count,
  attention: memory.attention * count,
  mlp: memory.mlp * count,
  layernorm: memory.layernorm * count,
});

/** Norms are not divided by tp. `isSharded` with stage 3 divides by the data parallel degree. */
export function layerWeights(setup: Setup, isSharded: boolean, zero: ZeroStage): LayerMemory {
  const { tp_size, dp_size, ep_size } = setup.parallelism;
  const sharded = isSharded && zero === 3;
  const dp = sharded ? dp_size : 1;
  const mlpDp = sharded ? dp_size / ep_size : 1;
  const bits = setup.dtype.weight_bits;
  const attention = (attentionParameters(setup) * bits) / BITS_PER_BYTE / tp_size / dp;
  const mlp = ((mlpParameters(setup) / ep_size + routerParameters(setup)) * bits) / BITS_PER_BYTE / tp_size / mlpDp;
  const layernorm = (layernormParameters(setup) * bits) / BITS_PER_BYTE / dp;
  return { total: attention + mlp + layernorm, attention, mlp, layernorm };
}

/** Divided by tp, unlike a layer's norms. */
export function lastLayernormWeights(setup: Setup, zero: ZeroStage): number {
  const whole = (lastLayernormParameters(setup) * setup.dtype.weight_bits) / BITS_PER_BYTE / setup.parallelism.tp_size;
  return zero === 3 ? whole / setup.parallelism.dp_size : whole;
}

/** On every stage of a pipeline: it is not divided by pp. */
export function embeddingWeights(setup: Setup, isSharded: boolean, zero: ZeroStage): number {
  const { tp_size, dp_size } = setup.parallelism;
  const whole = (embeddingParameters(setup) / tp_size) * (setup.dtype.embedding_bits / BITS_PER_BYTE);
  return isSharded && zero === 3 ? whole / dp_size : whole;
}

export interface States {
  /** With the master weights. */
  readonly optimizer: number;
  readonly gradients: number;
}

/** Bytes of the optimizer per parameter: Adam's 12 whatever the master weights, unless something else is said. */
const optimizerBytes = (masterWeightsBytes: number, otherBytes: number | null): number =>
  otherBytes === null ? BYTES_FP32 + 2 * BYTES_FP32 : otherBytes + masterWeightsBytes;

/** Norms are divided by tp as gradients, not as the optimizer's. */
export function layerStates(setup: Setup, masterBytes: number, otherBytes: number | null, zero: ZeroStage): States {
  const { tp_size, dp_size, ep_size } = setup.parallelism;
  const perParameter = optimizerBytes(masterBytes, otherBytes);
  const [attention, mlp] = [attentionParameters(setup), mlpParameters(setup)];
  const [router, layernorm] = [routerParameters(setup), layernormParameters(setup)];

  const [dp, mlpDp] = zero >= 1 ? [dp_size, dp_size / ep_size] : [1, 1];
  const optimizer =
    (perParameter * mlp) / ep_size / tp_size / mlpDp +
    (perParameter * ((attention + router) / tp_size + layernorm)) / dp;

  const [gradientDp, gradientMlpDp] = zero >= 2 ? [dp_size, dp_size / ep_size] : [1, 1];
  const gradients =
    (mlp * masterBytes) / ep_size / tp_size / gradientMlpDp +
    ((attention + router + layernorm) * masterBytes) / tp_size / gradientDp;
  return { optimizer, gradients };
}

/** Of `parameters` outside the layers. */
export function outsideStates(
  { parallelism: { tp_size, dp_size } }: Setup,
  parameters: number,
  masterBytes: number,
  otherBytes: number | null,
  zero: ZeroStage,
): States {
  const optimizer = (optimizerBytes(masterBytes, otherBytes) * parameters) / tp_size;
  const gradients = (masterBytes * parameters) / tp_size;
  return {
    optimizer: zero >= 1 ? optimizer / dp_size : optimizer,
    gradients: zero >= 2 ? gradients / dp_size : gradients,
  };
}

const activationBytes = ({ dtype }: Setup): number => dtype.activation_bits / BITS_PER_BYTE;

/** What a layer in training keeps, but for its sizes. `null` bits: the width of activations. */
export interface ActivationOptions {
  readonly activation_recomputation: Recomputation;
  readonly layernorm_dtype_bytes: number;
  readonly flash_attn: boolean;
  readonly softmax_dropout: boolean;
  readonly mlp_activation_quant_bits: number | null;
  readonly mlp_gelu_input_quant_bits: number | null;
  readonly mlp_2linear_quant_bits: number | null;
  readonly mlp_1linear_quant_bits: number | null;
  readonly mlp_recompute_gelu: boolean;
}

/** "2sbh + 4as" times b, in activations: measured, says its author. */
const flashAttention = (setup: Setup, b: number, s: number): number =>
  ((2 * s * b * setup.model.hidden_dim + 4 * setup.model.n_head * s * b) * activationBytes(setup)) /
  setup.parallelism.tp_size;

function attentionActivations(setup: Setup, b: number, s: number, options: ActivationOptions): number {
  const { hidden_dim: h, n_head: a } = setup.model;
  const { tp_size, sp_size } = setup.parallelism;
  const w = activationBytes(setup);
  if (options.activation_recomputation >= 3) return 0;
  if (options.activation_recomputation === 2) return (s * b * h * w) / sp_size;
  let core = 0;
  if (options.activation_recomputation === 0) {
    core = options.flash_attn ? flashAttention(setup, b, s) : (2 * a * s ** 2 * b * w) / tp_size;
    if (options.softmax_dropout) core += (a * s ** 2 * b) / tp_size; // a mask as large as the scores, also where none are stored
  }
  const stored = ((s * b * h) / sp_size + (4 * s * b * h) / tp_size) * w + core;
  return stored + (s * b * h) / sp_size; // the mask of attention's dropout, always
}

/** Zero bits count as not given. */
const bytesOf = (whole: number | null, own: number | null, otherwise: number): number =>
  whole !== null && whole !== 0 ? whole / BITS_PER_BYTE : own !== null && own !== 0 ? own / BITS_PER_BYTE : otherwise;

function mlpActivations(setup: Setup, b: number, s: number, options: ActivationOptions): number {
  if (options.activation_recomputation === 4) return 0;
  const { hidden_dim: h, expansion_ratio: ratio, moe_top_k: topK, moe_num_experts } = setup.model;
  const { tp_size, sp_size } = setup.parallelism;
  const w = activationBytes(setup);
  const first = bytesOf(options.mlp_activation_quant_bits, options.mlp_1linear_quant_bits, w);
  const gelu = bytesOf(options.mlp_activation_quant_bits, options.mlp_gelu_input_quant_bits, w);
  const second = bytesOf(options.mlp_activation_quant_bits, options.mlp_2linear_quant_bits, w);

  let memory = 0;
  if (moe_num_experts > 1) {
    memory = (2 * w * s * b * h) / sp_size; // router and softmax
    memory += first * s * b * h * topK;
    memory += first * b * s * topK;
    memory += (first * s * b * h * topK) / sp_size;
  } else {
    memory = (w * s * b * h) / sp_size; // not `first`: quantised or not, its input counts in full
  }
  let wide = gelu + second; // a gate stores nothing of its own
  if (options.mlp_recompute_gelu) wide = setup.model.mlp_gated_linear_units ? (1 / 3) * gelu : gelu;
  return memory + (wide * ratio * s * b * h * topK) / tp_size; // and no mask of the MLP's dropout
}

/** The input of one norm. */
export const layernormActivations = ({ model, parallelism }: Setup, b: number, s: number, bytes: number): number =>
  ((s * b * model.hidden_dim) / parallelism.sp_size) * bytes;

/** Kept for backward by one layer. Full recomputation keeps its input, which the original shows under layernorm. */
export function trainingActivations(setup: Setup, b: number, s: number, options: ActivationOptions): LayerMemory {
  if (options.activation_recomputation === 4) {
    const input =
      (s * b * setup.model.hidden_dim * setup.dtype.activation_bits) / BITS_PER_BYTE / setup.parallelism.tp_size;
    return { total: input, attention: 0, mlp: 0, layernorm: input };
  }
  const attention = attentionActivations(setup, b, s, options);
  const mlp = mlpActivations(setup, b, s, options);
  const norm = layernormActivations(setup, b, s, options.layernorm_dtype_bytes);
  const layernorm = options.activation_recomputation === 3 ? norm : 2 * norm;
  return { total: attention + mlp + layernorm, attention, mlp, layernorm };
}

/** "Assumes the maximum tensor buffer reuse": the largest of a layer's parts, each the largest of its tensors. Attention is always flash. */
export function inferenceActivations(setup: Setup, b: number, s: number, layernormBytes: number): LayerMemory {
  const { hidden_dim: h, expansion_ratio, moe_top_k } = setup.model;
  const { tp_size } = setup.parallelism;
  const w = activationBytes(setup);
  const attention = Math.max((3 * w * s * b * h) / tp_size, flashAttention(setup, b, s));
  const mlp = (Math.max(w, w * expansion_ratio) * s * b * h * moe_top_k) / tp_size;
  const layernorm = layernormActivations(setup, b, s, layernormBytes);
  return { total: Math.max(attention, mlp, layernorm), attention, mlp, layernorm };
}

export const embeddingActivations = ({ model, dtype, parallelism }: Setup, b: number, s: number): number =>
  (model.hidden_dim * b * s * dtype.activation_bits) / BITS_PER_BYTE / parallelism.tp_size;

/** The logits, at the width of activations. */
export const logitsActivations = ({ model, dtype, parallelism }: Setup, b: number, s: number): number =>
  (model.vocab_size * b * s * dtype.activation_bits) / BITS_PER_BYTE / parallelism.tp_size;

/** Keys and values of `s` tokens in one layer. */
export function keyValueCache(setup: Setup, b: number, s: number, bytes: number): number {
  const headSize = setup.model.hidden_dim / setup.model.n_head;
  return 2 * b * s * headSize * keyValueHeadsPerGpu(setup) * bytes;
}
