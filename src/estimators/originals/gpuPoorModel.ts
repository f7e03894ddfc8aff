/** gpu_poor's model: its sizes from a configuration or a guess, its parameters, and how large they are in each quantisation. */
import { Refused, type Values } from '../original.ts';

export interface ParsedConfig {
  readonly vocab: number;
  readonly hiddenDim: number;
  readonly heads: number;
  readonly interDim: number;
  readonly num_layers: number;
}

/** `getParseConfig`: a configuration of the hub, under any of the names that its architectures use. */
export function getParseConfig(json: Values): ParsedConfig {
  if (Object.keys(json).length === 0) throw new Refused("Huggingface config of this id doesn't have correct keys.");
  const hiddenDim = firstOf(json, ['hidden_size', 'd_model', 'n_embd'], 768);
  return {
    vocab: firstOf(json, ['vocab_size'], 32000),
    hiddenDim,
    heads: firstOf(json, ['num_attention_heads', 'num_heads', 'n_head'], 12),
    interDim: firstOf(json, ['intermediate_size', 'n_inner', 'd_ff'], hiddenDim * 4),
    num_layers: firstOf(json, ['num_layers', 'num_hidden_layers', 'n_layer'], 12),
  };
}

/** `getKey`: the first key that is there decides; where its value is null the default holds, whatever the later ones say. */
function firstOf(json: Values, keys: readonly string[], otherwise: number): number {
  const key = keys.find((name) => Object.hasOwn(json, name));
  const value = key === undefined ? undefined : json[key];
  return value === null || value === undefined ? otherwise : Number(value);
}

/** `sanityUploadedConfig`: an uploaded file, which must have exactly these names. */
export function sanityUploadedConfig(json: Values): ParsedConfig {
  if (Object.keys(json).length === 0) throw new Refused('Uploaded json is empty :)');
  const required = (key: string): number => {
    if (!Object.hasOwn(json, key)) throw new Refused("upload config doesn't have correct keys.");
    return Number(json[key]);
  };
  return {
    vocab: required('vocab_size'),
    hiddenDim: required('hidden_size'),
    heads: required('num_attention_heads'),
    interDim: required('intermediate_size'),
    num_layers: required('num_hidden_layers'),
  };
}

/** `getDefault`: sizes guessed from a number of billions of parameters, the width from its quadratic equation. */
export function getDefault(modelSize: number): ParsedConfig {
  const vocab = 32000;
  const [heads, num_layers] = shapeOf(modelSize);
  const A = num_layers * 4 + 3 * 4 * num_layers;
  const B = 2 * vocab;
  const C = -1 * modelSize * 1e9;
  const hiddenDim = Math.ceil((-B + Math.sqrt(B * B - 4 * A * C)) / (2 * A));
  return { vocab, hiddenDim, heads, interDim: 4 * hiddenDim, num_layers };
}

function shapeOf(modelSize: number): readonly [heads: number, layers: number] {
  if (modelSize < 5) return [32, 24];
  if (modelSize < 10) return [32, 32];
  if (modelSize < 24) return [40, 40];
  if (modelSize < 55) return [64, 48];
  return [64, 80];
}

/** `computeModelSize`: a head of its own, four squares of attention and three matrices of feed-forward, whatever the model. */
export const computeModelSize = ({ vocab, hiddenDim, interDim, num_layers }: ParsedConfig): number =>
  vocab * hiddenDim * 2 + num_layers * 4 * hiddenDim * hiddenDim + num_layers * 3 * interDim * hiddenDim;

/** `convertToMBModelSize`: MiB of `value` parameters. bitsandbytes and QLoRA take 6 % of the 16-bit size more. */
export function convertToMBModelSize(value: number, quant: string, typeOfTrn: string): number {
  let size = (value * 2) / (1024 * 1024); // 2 bytes, whatever the type asked for
  const isQuantised = quant === 'bnb_int8' || quant === 'bnb_q4' || typeOfTrn === 'qlora';
  const extra = isQuantised ? 0.06 * size : 0;
  if (quant === 'bnb_int8') size = size / 2;
  if (quant === 'bnb_q4') size = size / 4;
  if (typeOfTrn === 'qlora') size = size / 4 - (value * 2) / (64 * 1024 * 1024);
  return size + extra;
}

/** Bytes of a block of 32 parameters. */
const BLOCKS_OF_32: Readonly<Record<string, number>> = {
  ggml_QK4_0: 18,
  ggml_QK4_1: 20,
  ggml_QK5_0: 22,
  ggml_QK5_1: 24,
  ggml_QK8_0: 34,
  ggml_QK8_1: 40,
};

/** Bytes of 64 parameters, in formats of one kind of block. Only the first can be chosen on the page. */
const BLOCKS_OF_64: Readonly<Record<string, number>> = {
  ggml_Q6_K: 54,
  ggml_Q3: 26,
  ggml_Q4: 38,
  ggml_Q5: 46,
};

/** Bytes of 64 parameters: of the matrices held more exactly, and of the others. */
const MIXED_BLOCKS: Readonly<Record<string, readonly [exact: number, other: number]>> = {
  ggml_Q3_K_L: [38, 26],
  ggml_Q3_K_M: [46, 26],
  ggml_QK4_K_S: [46, 38],
  ggml_QK4_K_M: [54, 38],
  ggml_QK5_K_M: [54, 46],
  ggml_Q2_K: [26, 22],
};

/** `computeModelSizeGGML`: MiB in a format of ggml; 0 for one that it does not know. */
export function computeModelSizeGGML(config: ParsedConfig, quant: string): number {
  const { vocab, hiddenDim, interDim, num_layers } = config;
  const total = computeModelSize(config);
  const perBlock32 = BLOCKS_OF_32[quant];
  if (perBlock32 !== undefined) return (perBlock32 * total) / (32 * 1024 * 1024);
  const perBlock64 = BLOCKS_OF_64[quant];
  if (perBlock64 !== undefined) return (perBlock64 * total) / (64 * 1024 * 1024);
  const mixed = MIXED_BLOCKS[quant];
  if (mixed === undefined) return 0;

  const exact =
    quant === 'ggml_Q2_K'
      ? total - (hiddenDim * hiddenDim * num_layers * 2 + 2 * vocab * hiddenDim)
      : num_layers * hiddenDim * hiddenDim + num_layers * hiddenDim * interDim; // values and down-projections
  return ((total - exact) * mixed[1] + exact * mixed[0]) / (64 * 1024 * 1024);
}
