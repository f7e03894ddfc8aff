/** The article's memory formulas exactly as they are printed: the errors of its formulas are kept, not those of its example. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, neverBuilt, ONE_MODEL, sizeIs } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised, together } from '../estimator.ts';
import { ARTICLE, articleParameters } from './articleParameters.ts';
import {
  activationMemory,
  activationTerms,
  backwardStartMemory,
  modelMemory,
  steadyStateTerms,
} from './printedFormulas.ts';

/** Only what the text says, in its own words and in English. That it lost the heads, one norm and most of the feed-forward is its error. */
const ASSUMPTIONS: readonly Assumption[] = [
  keyIs(
    'training',
    '"El uso máximo de memoria durante el entrenamiento" (maximum memory use in training)',
    'step.kind',
    ['training'],
  ),
  keyIs(
    'adam',
    '"Para el optimizador Adam, esto requiere 8N bytes (2 estados por parámetro)" (Adam, two states per parameter)',
    'step.optimizer',
    ['adam', 'adam-per-variable'],
  ),
  keyIs(
    'float32-weights',
    '"Copias FP32 de los parámetros del modelo, que requieren 4N bytes" (FP32 copies of the parameters)',
    'step.precision',
    ['float32', 'autocast-float16', 'autocast-bfloat16', 'mixed-float16', 'mixed-bfloat16'],
  ),
  keyIs(
    'float32-gradients',
    '"Copias FP32 de los gradientes, que requieren 4N bytes" (FP32 copies of the gradients)',
    'step.precision',
    ['float32', 'autocast-float16', 'autocast-bfloat16'],
  ),
  keyIs(
    'gradients-kept',
    '"El uso de la memoria de estado estable comprende los siguientes componentes", "Gradientes" (gradients are part of the steady state)',
    'step.gradients',
    ['kept'],
  ),
  neverBuilt(
    'int64-inputs',
    '"Suponiendo entradas int64, esto requiere 8BD bytes" (int64 inputs; tfjs has int32 only)',
  ),
  keyIs(
    'activations-stored',
    '"cuando las activaciones se almacenan para el cálculo del gradiente" (activations are stored for the gradient)',
    'step.checkpointing',
    ['none'],
  ),
  keyIs(
    'unfused',
    '"Matriz de atención: 4BSS bytes", one of "los principales contribuyentes al pico de memoria" (the attention matrix is stored)',
    'model.attention',
    ['unfused'],
  ),
  keyIs(
    'layer-norm',
    '"Normalización de capas", "2 * d_model (para escala y sesgo)" (layer norm with scale and bias)',
    'model.normalization',
    ['layer-norm'],
  ),
  sizeIs(
    'head-size',
    '"d_k = d_v = d_model / h" (heads share the width)',
    'model.headSize',
    ({ model }) => model.hiddenSize / model.heads,
  ),
  sizeIs(
    'multi-head',
    '"4 * d_model^2 (para proyecciones Q, K, V y de salida)" (keys and values as wide as queries)',
    'model.keyValueHeads',
    ({ model }) => model.heads,
  ),
  keyIs('gelu', '"Activación GELU: 8E bytes" (GELU)', 'model.activation', ['gelu', 'gelu-tanh']),
  keyIs(
    'two-linear-layers',
    '"Primera capa lineal", "Activación GELU", "Segunda capa lineal" (GELU between two linear layers)',
    'model.gatedFeedForward',
    [false],
  ),
  sizeIs(
    'feed-forward-4h',
    '"d_ff normalmente es 4*d_model" (d_ff is normally 4 * d_model)',
    'model.feedForwardSize',
    ({ model }) => 4 * model.hiddenSize,
  ),
  ONE_MODEL,
];

export const articleAsPrinted: Estimator = {
  id: 'article-as-printed',
  title: "The article's formulas as printed",
  source: ARTICLE,
  predicts: comparedIn(MEMORY_LEDGERS, ['weights', 'steady', 'activations', 'backward-peak', 'step-peak']),
  assumptions: ASSUMPTIONS,
  countParameters: articleParameters,

  predict(config) {
    const N = articleParameters(config);
    const { layers: L, hiddenSize: H, vocabularySize: V } = config.model;
    const { size: B, sequenceLength: S } = config.batch;
    const sizes = { B, S, H, V, L };

    const weights = itemised({ weights: modelMemory(N) });
    const steady = itemised(steadyStateTerms({ N, B, D: S })); // "D es la dimensión de entrada": only with S is 8BD the size of the ids

    const term = activationTerms(sizes);
    const parts = {
      normalization: L * 2 * term.layerNorm, // "por norma de capa"; two norms per layer in its section on parameters
      attention: L * (term.qkv + term.attentionMatrix + term.attentionOutput),
      'feed-forward': L * (term.firstLinear + term.gelu + term.secondLinear),
      loss: term.logits,
    };
    const listed = parts.normalization + parts.attention + parts['feed-forward'] + parts.loss;
    // The total is what the article predicts, and it is less than its own list: the list has 24E per layer, the total 14E.
    // So the difference, −10E per layer, belongs to no component. (14E is the attention subtotal of the derivation behind it.)
    const activations = itemised({ ...parts, unitemised: activationMemory(sizes) - listed });

    const peak = together(together(steady, activations), itemised({ loss: backwardStartMemory(sizes) }));
    return { weights, steady, activations, 'backward-peak': peak, 'step-peak': peak };
  },
};
