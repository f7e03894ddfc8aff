/** The article's memory formulas exactly as they are printed: the errors of its formulas are kept, not those of its example. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, nearestBuildable, neverBuilt, sizeIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, together } from '../estimator.ts';
import { ARTICLE, articleParameters, BYTES_PER_PARAMETER } from './articleParameters.ts';

/** Only what the text says, translated. That it lost the heads, one norm and most of the feed-forward is its error. */
const ASSUMPTIONS: readonly Assumption[] = [
  keyIs(
    'training',
    '"Maximum memory use occurs during the backward pass", "when training large language models"',
    'step.kind',
    ['training'],
  ),
  keyIs(
    'adam',
    '"Optimizer states: for the Adam optimizer this requires 8N bytes (2 states per parameter)"',
    'step.optimizer',
    ['adam', 'adam-per-variable'],
  ),
  keyIs(
    'float32-weights',
    '"Model weights: FP32 copies of the model\'s parameters, which require 4N bytes"',
    'step.precision',
    ['float32', 'autocast-float16', 'autocast-bfloat16', 'mixed-float16', 'mixed-bfloat16'],
  ),
  keyIs('float32-gradients', '"Gradients: FP32 copies of the gradients, which require 4N bytes"', 'step.precision', [
    'float32',
    'autocast-float16',
    'autocast-bfloat16',
  ]),
  keyIs('gradients-kept', '"Steady-state memory comprises … gradients"', 'step.gradients', ['kept']),
  neverBuilt('int64-inputs', '"Input data: assuming int64 inputs, this requires 8BD bytes" (tfjs has int32 only)'),
  keyIs(
    'activations-stored',
    '"… when the activations are stored for the gradient computation"',
    'step.checkpointing',
    ['none'],
  ),
  keyIs('layer-norm', '"Layer normalization: 2 * d_model parameters (for scale and bias)"', 'model.normalization', [
    'layer-norm',
  ]),
  sizeIs(
    'head-size',
    '"h heads, with d_k = d_v = d_model / h"',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  sizeIs(
    'multi-head',
    '"Multi-head attention: 4 * d_model^2 (for the Q, K, V and output projections)"',
    'model.keyValueHeads',
    ({ model }) => model.heads,
  ),
  keyIs('gelu', '"GELU activation: 8E bytes"', 'model.activation', ['gelu', 'gelu-tanh']),
  keyIs(
    'two-linear-layers',
    '"Feed-forward block: first linear layer, GELU, second linear layer"',
    'model.gatedFeedForward',
    [false],
  ),
  sizeIs(
    'feed-forward-4h',
    '"d_ff is normally 4 * d_model"',
    'model.feedForwardSize',
    ({ model }) => 4 * model.hiddenSize,
  ),
];

export const articleAsPrinted: Estimator = {
  id: 'article-as-printed',
  title: "The article's formulas as printed",
  source: ARTICLE,
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'steady', 'activations', 'backward-peak', 'step-peak']),
  assumptions: ASSUMPTIONS,
  matched: (config) => nearestBuildable(config, ASSUMPTIONS),
  countParameters: articleParameters,

  predict(config) {
    const N = articleParameters(config);
    const { layers: L, hiddenSize: H, vocabularySize: V } = config.model;
    const { size: B, sequenceLength: S } = config.batch;
    const E = B * S * H; // "where E = BSH"
    const BSS = B * S * S; // the number of heads is missing in the text
    const BSV = B * S * V;
    const D = S; // "D is the input dimension": only the sequence length makes 8BD the size of the ids

    const weights = itemised({ weights: BYTES_PER_PARAMETER * N }); // "Model memory (bytes) = parameters * bytes per parameter"

    // "M_stable = 16N + 8BD bytes"
    const steady = itemised({
      weights: 4 * N, // "FP32 copies … 4N bytes"
      optimizer: 8 * N, // "8N bytes (2 states per parameter)"
      gradients: 4 * N, // "FP32 copies of the gradients … 4N bytes"
      inputs: 8 * B * D, // "int64 inputs … 8BD bytes"
    });

    const parts = {
      normalization: L * 2 * 4 * E, // "4E bytes per layer norm"; two norms per layer in its section on parameters
      attention: L * (2 * E + 4 * BSS + 2 * E), // "QKV 2E", "attention matrix 4BSS", "attention output 2E"
      'feed-forward': L * (2 * E + 8 * E + 2 * E), // "first linear layer 2E", "GELU 8E", "second linear layer 2E"
      loss: 6 * BSV, // "Logits: 6BSV bytes"
    };
    const printed = L * (14 * E + 4 * BSS) + 6 * BSV; // "M_act = L * (14E + 4BSS) + 6BSV bytes"
    const listed = parts.normalization + parts.attention + parts['feed-forward'] + parts.loss;
    // The total is what the article predicts, and it is less than its own list: the list has 24E per layer, the total 14E.
    // So the difference, −10E per layer, belongs to no component. (14E is the attention subtotal of the derivation behind it.)
    const activations = itemised({ ...parts, unitemised: printed - listed });

    // "M_peak = M_stable + M_act + 4BSV bytes": "an additional allocation at the start of the backward pass"
    const peak = together(together(steady, activations), itemised({ loss: 4 * BSV }));
    return { weights, steady, activations, 'backward-peak': peak, 'step-peak': peak };
  },
};
