/**
 * The article's own formulas in its own symbols, exactly as printed. Beware: it calls N the layers where it counts parameters,
 * and the parameters where it counts bytes. Quotations are of the text; all results are parameters or bytes.
 */
import type { Component, Phase } from '../../records/quantity.ts';

/** "d_model representa la dimensión de los estados ocultos del modelo"; "Para un modelo con N capas". */
export interface ArticleModel {
  readonly d_model: number;
  readonly d_ff: number;
  readonly N: number;
  readonly vocab_size: number;
}

/** "Parámetros = vocab_size*d_model". */
export const embeddingParameters = ({ vocab_size, d_model }: Pick<ArticleModel, 'vocab_size' | 'd_model'>): number =>
  vocab_size * d_model;

/** "Parámetros = 4 * d_model^2 (para proyecciones Q, K, V y de salida)": no biases. */
export const attentionParameters = ({ d_model }: Pick<ArticleModel, 'd_model'>): number => 4 * d_model ** 2;

/** "Parámetros = 2 * d_model*d_ff+d_model+d_ff": with biases, so the text mixes both conventions. */
export const feedForwardParameters = ({ d_model, d_ff }: Pick<ArticleModel, 'd_model' | 'd_ff'>): number =>
  2 * d_model * d_ff + d_model + d_ff;

/** "Parámetros = 2 * d_model (para escala y sesgo)". */
export const layerNormParameters = ({ d_model }: Pick<ArticleModel, 'd_model'>): number => 2 * d_model;

/** "Parameters_layer=Parameters_attention+Parameters_ffn+ 2 *Parameters_layernorm". */
export const layerParameters = (sizes: Pick<ArticleModel, 'd_model' | 'd_ff'>): number =>
  attentionParameters(sizes) + feedForwardParameters(sizes) + 2 * layerNormParameters(sizes);

/**
 * "Parámetros totales = N*Parameters_layer + Parameters_embedding + Parameters_output". Parameters_output has no formula: its example
 * adds nothing (a head that is the embedding), and a head of its own is another vocab_size · d_model.
 */
export const modelParameters = (model: ArticleModel, output: 'none' | 'own-head'): number =>
  model.N * layerParameters(model) +
  embeddingParameters(model) +
  (output === 'own-head' ? embeddingParameters(model) : 0);

/** "Memoria del modelo (32 bits) = 123,383,808 * 4 bytes", "(16 bits) = 123,383,808 * 2 bytes". */
export const BYTES_PER_PARAMETER = { 32: 4, 16: 2 } as const;

/** "Memoria del modelo (bytes) = Número de parámetros * Bytes por parámetro". */
export const modelMemory = (parameters: number, bits: keyof typeof BYTES_PER_PARAMETER = 32): number =>
  parameters * BYTES_PER_PARAMETER[bits];

/** "Memoria de trabajo ≈ 2 * Memoria del modelo", of inference. */
export const WORKING_MEMORY_FACTOR = 2;
/** "Memoria de entrenamiento ≈ 4 * Memoria de modelo". */
export const TRAINING_MEMORY_FACTOR = 4;

/** "N es el número de parámetros", "B es el tamaño del lote y D es la dimensión de entrada". */
export interface SteadySizes {
  readonly N: number;
  readonly B: number;
  readonly D: number;
}

/** "M_estable = 16N + 8BD bytes", term by term. */
export const steadyStateTerms = ({ N, B, D }: SteadySizes) => ({
  weights: 4 * N, // "Copias FP32 de los parámetros del modelo, que requieren 4N bytes"
  optimizer: 8 * N, // "Para el optimizador Adam, esto requiere 8N bytes (2 estados por parámetro)"
  gradients: 4 * N, // "Copias FP32 de los gradientes, que requieren 4N bytes"
  inputs: 8 * B * D, // "Suponiendo entradas int64, esto requiere 8BD bytes"
});

/** "B: tamaño del lote, S: longitud de la secuencia, H: tamaño oculto", "V: tamaño del vocabulario", "L es el número de capas". */
export interface ActivationSizes {
  readonly B: number;
  readonly S: number;
  readonly H: number;
  readonly V: number;
  readonly L: number;
}

/** "E = BSH". */
const elements = ({ B, S, H }: ActivationSizes): number => B * S * H;

/** Its list ("Los principales contribuyentes al pico de memoria"): of one layer each, the logits of the model. */
export function activationTerms(sizes: ActivationSizes) {
  const { B, S, V } = sizes;
  const E = elements(sizes);
  return {
    layerNorm: 4 * E, // "Requiere 4E bytes por norma de capa"
    qkv: 2 * E, // "Cálculo QKV: 2E bytes"
    attentionMatrix: 4 * B * S * S, // "Matriz de atención: 4BSS bytes": the heads are missing
    attentionOutput: 2 * E, // "Salida de atención: 2E bytes"
    firstLinear: 2 * E, // "Primera capa lineal: 2E bytes"
    gelu: 8 * E, // "Activación GELU: 8E bytes"
    secondLinear: 2 * E, // "Segunda capa lineal: 2E bytes"
    logits: 6 * B * S * V, // "Logits: 6BSV bytes"
  };
}

/** "M_act = L * (14E + 4BSS) + 6BSV bytes": less than the sum of its list. */
export function activationMemory(sizes: ActivationSizes): number {
  const { B, S, V, L } = sizes;
  return L * (14 * elements(sizes) + 4 * B * S * S) + 6 * B * S * V;
}

/** "M_pico = M_estable + M_act + 4BSV bytes": what is on top of the other two. */
export const backwardStartMemory = ({ B, S, V }: Pick<ActivationSizes, 'B' | 'S' | 'V'>): number => 4 * B * S * V;

/**
 * Where the article's peak is: "El uso máximo de memoria ocurre durante el paso hacia atrás", and its last term, of the size of the
 * logits, is "una asignación adicional al inicio del paso hacia atrás".
 */
export const PEAK_PLACE: { readonly phase: Phase; readonly component: Component } = {
  phase: 'backward',
  component: 'loss',
};
