/** Korthikanti et al. (2022): bytes of activations by the paper's symbols. All rows of its Table 2, and what lies outside the layers. */
import { z } from 'zod';
import type { Original, Values } from '../original.ts';
import { readArguments } from './arguments.ts';

const size = z.int().positive();

const activationArguments = z.object({
  /** Sequence length, micro-batch size, hidden size, attention heads, transformer layers, vocabulary. */
  s: size,
  b: size,
  h: size,
  a: size,
  L: size,
  v: size,
  /** Tensor and pipeline parallel size. */
  t: size.default(1),
  p: size.default(1),
  /** Interleaving stages of the pipeline schedule; nothing where it is not interleaved. */
  m: size.nullish(),
  sequence_parallel: z.boolean().default(false),
  recompute: z.enum(['none', 'selective', 'full']).default('none'),
});
export type KorthikantiArguments = z.input<typeof activationArguments>;

/**
 * Activations of the first pipeline stage in bytes, `total` and its terms. `per_layer` is the row of Table 2; `attention`,
 * `scores`, `mlp` and `norms` are the shares of all layers where they are stored, `layer_inputs` where only those are.
 */
export function activationMemory(input: KorthikantiArguments) {
  const { s, b, h, a, L, v, t, p, m, sequence_parallel, recompute } = readArguments(activationArguments, input);
  const sbh = s * b * h;
  const as2b = a * s * s * b;
  // Tensor parallelism leaves whole what lies outside attention and MLP, and their inputs; sequence parallelism does not.
  const whole = sequence_parallel ? t : 1;

  const attention =
    (2 * sbh) / whole + // input of the QKV products
    ((4 + // Q and K
      2 + // V
      2) * // input of the output projection
      sbh) /
      t +
    sbh / whole; // dropout mask
  const scores =
    ((2 + // softmax output
      1 + // its dropout mask
      2) * // its dropout output
      as2b) /
    t;
  const mlp =
    (2 * sbh) / whole + // input of the first linear layer
    ((8 + // input of GELU
      8) * // input of the second linear layer
      sbh) /
      t +
    sbh / whole; // dropout mask
  const norms = ((2 + 2) * sbh) / whole; // the inputs of both

  const layer = {
    attention: recompute === 'full' ? 0 : attention,
    scores: recompute === 'none' ? scores : 0, // selective: softmax and its dropout are recomputed
    mlp: recompute === 'full' ? 0 : mlp,
    norms: recompute === 'full' ? 0 : norms,
    layer_inputs: recompute === 'full' ? 2 * sbh : 0, // with each tensor parallel rank, whatever t is
  };
  const per_layer = layer.attention + layer.scores + layer.mlp + layer.norms + layer.layer_inputs;

  // L/p layers of p micro-batches in flight are L layers, whatever p is; an interleaved schedule keeps more.
  const factor = L * (m == null ? 1 : 1 + (p - 1) / (p * m));
  const layers = {
    attention: layer.attention * factor,
    scores: layer.scores * factor,
    mlp: layer.mlp * factor,
    norms: layer.norms * factor,
    layer_inputs: layer.layer_inputs * factor,
  };

  // The paper gives what follows under sequence parallelism: sbhp/t and, on the one stage of p = 1, (4sbh/t)(1 + v/h).
  // Without it, what tensor parallelism leaves whole within a layer (masks, inputs of norms and products) is whole here too.
  const last = p === 1 ? 1 : 0;
  const outside = {
    embedding_dropout: (sbh * p) / whole, // the masks of p micro-batches
    final_norm_input: (last * 2 * sbh) / whole,
    head_input: (last * 2 * sbh) / whole,
    logits: (last * 4 * s * b * v) / t, // fp32
  };
  const in_layers = per_layer * factor;
  const outside_layers = outside.embedding_dropout + outside.final_norm_input + outside.head_input + outside.logits;
  return { per_layer, ...layers, in_layers, ...outside, outside_layers, total: in_layers + outside_layers };
}

export const KORTHIKANTI_ORIGINAL: Original = {
  id: 'korthikanti-2022',
  run: (input: Values) => activationMemory(input as KorthikantiArguments),
};
