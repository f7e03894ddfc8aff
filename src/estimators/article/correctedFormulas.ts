/**
 * The article's formulas with what it lost put back: every parameter of a model with biases, learned positions and layer norms, and
 * Rees's derivation ("Transformer Memory Arithmetic", 2023), from which its bytes descend, for any width of the feed-forward block.
 * Each line says what was printed. All results are parameters or bytes.
 */
import type { ArticleModel } from './printedFormulas.ts';

/** Printed: 4 · d_model², without the four biases. */
export const attentionParameters = ({ d_model }: Pick<ArticleModel, 'd_model'>): number =>
  4 * d_model ** 2 + 4 * d_model;

/** Printed: without the attention's biases. */
export const layerParameters = ({ d_model, d_ff }: Pick<ArticleModel, 'd_model' | 'd_ff'>): number =>
  attentionParameters({ d_model }) + (2 * d_model * d_ff + d_model + d_ff) + 2 * (2 * d_model);

/** Printed: without positions and without the norm behind the last layer. `positions`: how many have learned vectors. */
export const modelParameters = (model: ArticleModel & { positions: number }, output: 'tied' | 'own-head'): number => {
  const { N, d_model, vocab_size, positions } = model;
  const tables = output === 'own-head' ? 2 : 1;
  return N * layerParameters(model) + tables * vocab_size * d_model + positions * d_model + 2 * d_model;
};

export interface StepSizes {
  readonly L: number;
  readonly H: number;
  /** Heads; nothing in the article depends on them. */
  readonly a: number;
  /** Width of the feed-forward block; 4H in all of the article's terms. */
  readonly F: number;
  readonly V: number;
  readonly B: number;
  readonly S: number;
}

/** N parameters. Rees: M_steady = 16P + 4 N_buf, and 2·B·S·8 of data. */
export const steadyStateTerms = ({ N, B, S, L }: { N: number } & Pick<StepSizes, 'B' | 'S' | 'L'>) => ({
  weights: 4 * N,
  optimizer: 8 * N,
  gradients: 4 * N,
  inputs:
    16 * B * S + // printed: 8BD; Rees: inputs and targets, 8 bytes each
    4 * L * S * S, // printed: nothing; Rees: one fp32 mask per layer
});

/** All layers together. Rees: M_act = L(36 N_e + 6 N_a) + 6 N_e + 6 N_l. */
export function activationTerms({ L, H, a, F, V, B, S }: StepSizes) {
  const E = B * S * H;
  const aBSS = B * a * S * S; // printed: BSS, without the heads
  const BSF = B * S * F; // printed: E or 4E, whatever F is
  const BSV = B * S * V;
  return {
    normalization: L * 2 * 4 * E + 4 * E, // printed: one 4E in the total; two norms per layer and the final one
    attention:
      L *
      (2 * E + // printed as "Cálculo QKV": the shared input of the projection
        4 * E + // printed: nothing; Q and K
        2 * E + // printed: nothing; V
        6 * aBSS + // printed: 4BSS; fp32 softmax and its 16-bit copy
        2 * E), // input of the output projection
    'feed-forward':
      L *
      (2 * E + // input of the first linear layer
        2 * BSF + // GELU's input: 8E if F = 4H
        2 * BSF), // printed: 2E; the second linear layer's input is as wide as GELU's
    head: 2 * E, // printed: nothing; Rees: the head's 16-bit input
    loss: 6 * BSV, // 16-bit logits and their fp32 copy, as printed
  };
}

/** One more fp32 tensor of logits at the start of backward, as printed. */
export const backwardStartMemory = ({ B, S, V }: Pick<StepSizes, 'B' | 'S' | 'V'>): number => 4 * B * S * V;
