/** What the article's formulas say once the derivation that they shorten (Rees 2023) is put back, for any width and head count. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { type Assumption, comparedIn, type Estimator, itemised, together, unsupported } from '../estimator.ts';
import { exactParameterCount } from '../exact/parameterCount.ts';
import { INT64_DATA, PYTORCH_AUTOCAST_TRAINING } from '../literature/pytorchTraining.ts';
import { activationTerms, backwardStartMemory, steadyStateTerms } from './correctedFormulas.ts';
import { modelMemory } from './printedFormulas.ts';

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
    const sizes = { L, H, a, F, V, B, S };

    const weights = itemised({ weights: modelMemory(N) });
    const steady = itemised(steadyStateTerms({ N, ...sizes, B: config.batch.size })); // inputs of all micro-batches
    const activations = itemised(activationTerms(sizes));
    const peak = together(together(steady, activations), itemised({ loss: backwardStartMemory(sizes) }));
    return { weights, steady, activations, 'backward-peak': peak, 'step-peak': peak };
  },
};
