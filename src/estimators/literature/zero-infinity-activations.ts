/** ZeRO's and ZeRO-Infinity's estimates of activations: all of them, and those of training with checkpoints. */
import { z } from 'zod';
import type { RunConfig } from '../../config/schema.ts';
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, neverBuilt, ONE_MODEL, sizeIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, unsupported } from '../estimator.ts';
import type { Original } from '../original.ts';
import { quotient, readArguments } from '../originals/arguments.ts';
import { nearestBytes } from '../wholeBytes.ts';

const paperSchema = z.object({
  bsz: z.number(),
  seq: z.number(),
  hd: z.number(),
  nl: z.number(),
  attn_heads: z.number(),
  /** "The number of Transformer blocks between two activation checkpoints." */
  ci: z.number().default(1),
});
export type ZeroArguments = z.infer<typeof paperSchema>;

/** The papers' terms in the papers' symbols. Bytes but for the count of parameters. */
export function zeroTerms({ bsz, seq, hd, nl, attn_heads, ci }: ZeroArguments) {
  return {
    // ZeRO, §3.2: "about 12 × hidden dim × batch × seq_length × transformer_layers" elements of 16 bits, without checkpoints
    total_activations: 2 * 12 * hd * bsz * seq * nl,
    // ZeRO-Infinity, §3: linear layers of (hd, 3hd), (hd, hd), (hd, 4hd) and (4hd, hd)
    parameters: 12 * nl * hd ** 2,
    model_states: 240 * nl * hd ** 2, // 20 bytes of each
    activation_checkpoints: quotient(2 * bsz * seq * hd * nl, ci),
    model_state_working_memory: 4 * hd * 4 * hd, // the largest operator, hd → 4hd
    activation_working_memory: bsz * seq * ci * (16 * hd + 2 * attn_heads * seq), // what is recomputed at once
  };
}

const ORIGINAL: Original = {
  id: 'zero-infinity-activations',
  run: (input) => zeroTerms(readArguments(paperSchema, input)),
};

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('training', 'Training: activations are kept for backward', 'step.kind', ['training']),
  keyIs('sixteen-bit', 'Mixed precision training: activations of 16 bits', 'step.precision', [
    'mixed-float16',
    'mixed-bfloat16',
  ]),
  keyIs('adam', 'Adam: momentum and variance in fp32', 'step.optimizer', ['adam', 'adamw', 'adam-per-variable']),
  keyIs('gradients-kept', 'Gradients are among the 20 bytes of model states', 'step.gradients', ['kept']),
  neverBuilt(
    'two-copies',
    'Of the 20 bytes, parameters and gradients are 12: in 16 bits and in fp32 (here once, in 32 bits)',
  ),
  keyIs('saved-tensors', 'What PyTorch keeps for backward', 'step.savedTensors', ['minimal']),
  keyIs(
    'unfused',
    'Scores exist: the working memory of activations has 2 × attn_heads × seq for each token of a block',
    'model.attention',
    ['unfused'],
  ),
  keyIs('freeing-backward', 'PyTorch: what backward has used is freed', 'step.backward', ['freeing']),
  keyIs('checkpointing', 'No activation checkpoints, or one every ci Transformer blocks', 'step.checkpointing', [
    'none',
    'block',
    'sqrt',
  ]),
  keyIs('single-stack', 'A GPT-2 like architecture: one stack of blocks', 'model.architecture', ['decoder', 'encoder']),
  keyIs('two-linear-layers', 'A feed-forward block of two linear layers', 'model.gatedFeedForward', [false]),
  sizeIs('feed-forward-4h', 'hd → 4hd → hd', 'model.feedForwardSize', ({ model }) => 4 * model.hiddenSize),
  sizeIs('head-size', 'Attention is hd wide', 'model.headSize', ({ model }) => model.hiddenSize / model.heads),
  sizeIs('multi-head', 'Queries, keys and values are 3hd wide', 'model.keyValueHeads', ({ model }) => model.heads),
  ONE_MODEL,
];

/** The papers' symbols of a configuration; `ci` is the length of the segments that are recomputed here. */
function symbols({ model, batch, step }: RunConfig): ZeroArguments {
  return {
    bsz: batch.size / step.microBatches, // of one forward pass
    seq: batch.sequenceLength,
    hd: model.hiddenSize,
    nl: model.layers,
    attn_heads: model.heads,
    ci: step.checkpointing === 'sqrt' ? Math.round(Math.sqrt(model.layers)) : 1,
  };
}

export const zeroInfinityActivations: Estimator = {
  id: 'zero-infinity-activations',
  title: 'ZeRO and ZeRO-Infinity, activations and working memory',
  source: {
    citation:
      'S. Rajbhandari et al., "ZeRO: Memory Optimizations Toward Training Trillion Parameter Models" (2020), §3; "ZeRO-Infinity: Breaking the GPU Memory Wall for Extreme Scale Deep Learning" (2021), §3',
    url: 'https://arxiv.org/abs/2104.07857',
    version: 'arXiv 1910.02054 and 2104.07857',
  },
  predicts: comparedIn(MEMORY_LEDGERS, ['activations', 'backward-peak']),
  assumptions: ASSUMPTIONS,
  ignores: {
    'model.tiedEmbedding':
      'Parameters are 12 × nl × hd², those of the four linear layers of each block (ZeRO-Infinity, §3): no embedding and no head are counted, tied or not.',
    'model.dropout':
      'Activations are "proportional to the number of transformer layers × hidden dimensions × sequence length × batch size", "about 12 ×" it for "a GPT-2 like architecture" (ZeRO, §3.2); the constants 12, 16 and 2 are the same with dropout and without.',
  },
  countParameters: (config) => zeroTerms(symbols(config)).parameters,

  predict(config) {
    const terms = zeroTerms(symbols(config));
    switch (config.step.checkpointing) {
      case 'none':
        return {
          activations: nearestBytes({ unitemised: terms.total_activations }), // one number for the whole model
          'backward-peak': unsupported('Working memory is given for training with activation checkpoints.'),
        };
      case 'selective': {
        const reason = unsupported('Whole blocks are recomputed, not attention alone.');
        return { activations: reason, 'backward-peak': reason };
      }
      default: {
        // A fraction of a checkpoint, where ci does not divide nl, is the paper's; bytes are rounded to the nearest.
        const residual = terms.activation_checkpoints;
        const peak = nearestBytes({
          weights: (2 + 4) * terms.parameters, // 16 bit and fp32
          gradients: (2 + 4) * terms.parameters, // 16 bit and fp32
          optimizer: 8 * terms.parameters, // momentum and variance
          residual,
          unitemised: terms.activation_working_memory,
        });
        return { activations: nearestBytes({ residual }), 'backward-peak': peak };
      }
    }
  },
  originals: [ORIGINAL],
};
