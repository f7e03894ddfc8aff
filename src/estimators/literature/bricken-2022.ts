/** Bricken's count of a GPT-2 in training: every parameter four times, every activation twice. */
import { z } from 'zod';
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, ONE_MODEL, sizeIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator } from '../estimator.ts';
import type { Original } from '../original.ts';
import { quotient, readArguments } from '../originals/arguments.ts';
import { nearestBytes } from '../wholeBytes.ts';

const postSchema = z.object({
  L: z.number().default(12), // number of blocks
  N: z.number().default(12), // number of heads
  E: z.number().default(768), // embedding dimension
  B: z.number().default(8), // batch size
  T: z.number().default(1024), // sequence length
  TOKS: z.number().default(50257), // number of tokens in the vocab
  param_bytes: z.number().default(4), // float32
  bytes_to_gigs: z.number().default(1e9),
});
export type BrickenArguments = z.infer<typeof postSchema>;

/** The post's equations by its names. Counts of elements but for `gigabytes_used`. */
export function brickenCounts({ L, N, E, B, T, TOKS, param_bytes, bytes_to_gigs }: BrickenArguments) {
  const model_params = TOKS * E + L * (4 * E ** 2 + 2 * E * 4 * E + 4 * E);
  const act_params = B * T * (2 * TOKS + L * (14 * E + N * T));
  const backprop_model_params = 3 * model_params;
  const backprop_act_params = act_params;
  const total_params = model_params + act_params + backprop_model_params + backprop_act_params;
  const gigabytes_used = quotient(total_params * param_bytes, bytes_to_gigs);
  return { model_params, act_params, backprop_model_params, backprop_act_params, total_params, gigabytes_used };
}

const ORIGINAL: Original = { id: 'bricken-2022', run: (input) => brickenCounts(readArguments(postSchema, input)) };

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', '"The full memory requirements of training"', 'step.kind', ['training']),
  keyIs('float32', '"float32 uses 4 bytes"', 'step.precision', ['float32']),
  keyIs('adam', 'Backward adds the parameters three times: gradients and two optimizer states', 'step.optimizer', [
    'adam',
    'adamw',
    'adam-per-variable',
  ]),
  keyIs('saved-tensors', 'Each activation of the list is stored once', 'step.savedTensors', ['minimal']),
  keyIs('unfused', 'In the list: "N*T [Attention Heads softmax weightings]"', 'model.attention', ['unfused']),
  keyIs('retaining-backward', 'Backward adds a gradient to each activation and frees none', 'step.backward', [
    'retaining',
  ]),
  keyIs('no-checkpointing', 'Every activation is stored, none is recomputed', 'step.checkpointing', ['none']),
  keyIs('decoder', 'GPT-2: one stack of decoder blocks', 'model.architecture', ['decoder']),
  keyIs('layer-norm', '"Two layer norms and their scale and bias terms"', 'model.normalization', ['layer-norm']),
  keyIs('two-linear-layers', 'An MLP that projects up and back down', 'model.gatedFeedForward', [false]),
  keyIs('tied-head', 'One table of tokens, GPT-2 has its head tied to it', 'model.tiedEmbedding', [true]),
  sizeIs('feed-forward-4h', '"Up to 4*E hidden neurons"', 'model.feedForwardSize', ({ model }) => 4 * model.hiddenSize),
  sizeIs(
    'head-size',
    'Queries, keys and values are E wide together',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  sizeIs('multi-head', 'Each head has keys and values of its own', 'model.keyValueHeads', ({ model }) => model.heads),
  ONE_MODEL,
];

const FLOAT32_BYTES = 4; // param_bytes

function postArguments({ model, batch, step }: RunConfig): BrickenArguments {
  return {
    L: model.layers,
    N: model.heads,
    E: model.hiddenSize,
    B: batch.size / step.microBatches, // of one forward pass
    T: batch.sequenceLength,
    TOKS: model.vocabularySize,
    param_bytes: FLOAT32_BYTES,
    bytes_to_gigs: 1e9,
  };
}

export const bricken2022: Estimator = {
  id: 'bricken-2022',
  title: 'Bricken 2022, Transformer Memory Requirements (GPT-2 in fp32)',
  source: {
    citation: 'T. Bricken, "Transformer Memory Requirements" (22 July 2022)',
    url: 'https://www.trentonbricken.com/TransformerMemoryRequirements/',
    version: 'TrentBrick/trentbrick.github.io@194064c',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'activations', 'backward-peak', 'step-peak']),
  assumptions: ASSUMPTIONS,
  ignores: {
    'model.dropout':
      'The list behind 14E + NT has projections, softmax weightings, value vector, residuals, layer norms and the MLP: no mask, and the post has no word of dropout.',
  },
  countParameters: (config) => brickenCounts(postArguments(config)).model_params,

  predict(config) {
    const given = postArguments(config);
    const { L, N, E, B, T, TOKS } = given;
    const { model_params } = brickenCounts(given);
    const weights = FLOAT32_BYTES * model_params;
    const token = FLOAT32_BYTES * B * T;

    // The list behind 2 TOKS + L(14E + NT), once in forward and once more in backward.
    const activations = {
      embedding: token * TOKS, // one-hot vectors at the input
      attention:
        token *
        L *
        (3 * E + // K, Q, V projections
          N * T + // softmax weightings
          E + // value vector
          E), // linear projection
      residual: token * L * 2 * E,
      normalization: token * L * 2 * E,
      'feed-forward':
        token *
        L *
        (4 * E + // MLP activation
          E), // projection down
      loss: token * TOKS, // one-hot vectors at the output
    };
    const twice = Object.fromEntries(Object.entries(activations).map(([name, part]) => [name, 2 * part]));
    const total = nearestBytes({ weights, gradients: weights, optimizer: 2 * weights, ...twice });
    return {
      weights: nearestBytes({ weights }),
      activations: nearestBytes(activations),
      'backward-peak': total,
      'step-peak': total,
    };
  },
  originals: [ORIGINAL],
};
