/** gpu_poor's training: what forward stores, and gradients with optimizer states. In bytes. */
import { Refused } from '../original.ts';
import type { ParsedConfig } from './gpuPoorModel.ts';

/** `convertToBytes`: of a value, whatever type was asked for. */
export const FLOAT_BYTES = 2;

/** What one layer stores of one sequence. */
export function layerActivations({ heads, hiddenDim, interDim }: ParsedConfig, len: number) {
  const w = FLOAT_BYTES;
  const linear = len * hiddenDim * w;
  const scores = len * len * heads;
  return {
    attention:
      linear * 3 + // q, k, v
      linear * 2 + // q and k turned for their product
      scores * w +
      scores * 4 + // in fp32
      scores * w +
      linear * 3,
    feedForward: linear * 2 + w * 5 * len * interDim + interDim * len * w,
    norms: len * 4 * 2 + linear * 6,
  };
}

/** `getActivationMemory`: of all layers, without logits. */
export function getActivationMemory(config: ParsedConfig, contextLen: number, batchSize: number): number {
  const { attention, feedForward, norms } = layerActivations(config, contextLen);
  return (attention + feedForward + norms) * config.num_layers * batchSize;
}

/** With `isGradCheckPoint` this share of the activations stays, whatever the model. */
export const CHECKPOINTED_SHARE = 0.15;

/** `getExtraMemory`: what quantised training takes beyond its states, fitted to measurements; grows with √(contextLen / 50). */
function getExtraMemory({ hiddenDim, interDim, num_layers }: ParsedConfig, quant: string, contextLen: number): number {
  const common = (10 * hiddenDim + 5 * hiddenDim + 4 * interDim + 2 * interDim) * num_layers;
  const baseLen = 50;
  const ratio = contextLen / 50;
  const root = ratio > 1 ? Math.sqrt(ratio) : 1;
  if (quant === 'bnb_int8') return 0.75 * common * baseLen * root * 1.25;
  if (quant === 'bnb_q4') return 1 * common * baseLen * root;
  return 0.75 * common * baseLen * root; // qlora
}

/** Of gradients and moments in full training. */
const BYTES_PER_STATE: Readonly<Record<string, number>> = { no_quant: FLOAT_BYTES, bnb_int8: 1, bnb_q4: 0.5 };

/** `getGradOptMemory`. Throws `Refused` for combinations that it throws on: no optimizer, quantisations of ggml. */
export function getGradOptMemory(
  full: string,
  opt: string,
  quant: string,
  modelSize: number,
  config: ParsedConfig,
  contextLen: number,
  batchSize: number,
): number {
  const tensors = opt === 'adam_opt' ? 3 : opt === 'sgd_opt' ? 1 : undefined; // the gradient, and Adam's two moments
  if (tensors === undefined) throw new Refused('Invalid combination of values');
  const { num_layers, hiddenDim } = config;
  const extra = (kind: string) => getExtraMemory(config, kind, contextLen) * batchSize;
  if (full === 'qlora') return num_layers * 8 * hiddenDim * 0.5 * 4 * tensors + extra('qlora');

  const bytes = BYTES_PER_STATE[quant];
  if (bytes === undefined) throw new Refused('Invalid combination of values');
  const isQuantised = quant !== 'no_quant';
  if (full === 'full_trn') {
    const states = modelSize * tensors * bytes;
    return isQuantised ? states + extra(quant) : states;
  }
  if (full === 'lora_trn') {
    const states = num_layers * 8 * hiddenDim * 2 * 4 * tensors; // adapters of rank 8
    return isQuantised ? states + extra(quant) : states * 2;
  }
  throw new Refused('Invalid combination of values');
}
