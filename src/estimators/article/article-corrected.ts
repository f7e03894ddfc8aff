/** What the article's formulas say once the derivation that they shorten (Rees 2023) is put back, for any width and head count. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { nearestBuildable } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, together, unsupported } from '../estimator.ts';
import { exactParameterCount } from '../exact/parameterCount.ts';
import { INT64_DATA, PYTORCH_AUTOCAST_TRAINING } from '../literature/pytorchTraining.ts';

/** Biases, an untied head, any F and any number of positions are no assumptions here: the exact count and F cover them. */
const ASSUMPTIONS: readonly Assumption[] = [...PYTORCH_AUTOCAST_TRAINING, INT64_DATA];

const QUANTITIES = ['weights', 'steady', 'activations', 'backward-peak', 'step-peak'] as const;

export const articleCorrected: Estimator = {
  id: 'article-corrected',
  title: "The article's formulas with its omissions corrected",
  source: {
    citation: 'memproof: the article\'s formulas, completed from E. Rees, "Transformer Memory Arithmetic" (2023)',
    url: 'https://erees.dev/transformer-memory/',
    version: '1',
  },
  predicts: comparedIn(MEMORY_LEDGERS, QUANTITIES),
  assumptions: ASSUMPTIONS,
  matched: (config) => nearestBuildable(config, ASSUMPTIONS),
  countParameters: exactParameterCount,

  predict(config) {
    const N = exactParameterCount(config); // printed: no attention biases, positions or final norm
    if (config.model.architecture === 'encoder-decoder') {
      const reason = unsupported('The formulas are of one stack of blocks.');
      return Object.fromEntries(QUANTITIES.map((quantity) => [quantity, reason]));
    }
    const { layers: L, hiddenSize: H, heads: a, feedForwardSize: F, vocabularySize: V } = config.model;
    const S = config.batch.sequenceLength;
    const B = config.batch.size / config.step.microBatches;
    const E = B * S * H;
    const aBSS = B * a * S * S; // printed: BSS, without the heads
    const BSF = B * S * F; // printed: E or 4E, whatever F is
    const BSV = B * S * V;

    const weights = itemised({ weights: 4 * N });

    const steady = itemised({
      weights: 4 * N,
      optimizer: 8 * N,
      gradients: 4 * N,
      inputs:
        16 * B * S + // printed: 8BD; Rees: inputs and targets, 8 bytes each
        4 * L * S * S, // printed: nothing; Rees: one fp32 mask per layer
    });

    const activations = itemised({
      normalization: L * 2 * 4 * E + 4 * E, // printed: one 4E in the total; two norms per layer and the final one
      attention:
        L *
        (2 * E + // printed as "QKV": the shared input of the projection
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
    });

    const peak = together(together(steady, activations), itemised({ loss: 4 * BSV })); // as printed
    return { weights, steady, activations, 'backward-peak': peak, 'step-peak': peak };
  },
};
