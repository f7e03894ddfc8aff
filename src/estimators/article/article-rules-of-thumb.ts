/** The article's two rules of thumb. A set of its own: they contradict its peak formula, and a set predicts a quantity once. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, nearestBuildable } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised } from '../estimator.ts';
import { ARTICLE, articleParameters, BYTES_PER_PARAMETER } from './articleParameters.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs('float32-weights', '"Each parameter is normally stored as a 32-bit floating-point number"', 'step.precision', [
    'float32',
    'autocast-float16',
    'autocast-bfloat16',
    'mixed-float16',
    'mixed-bfloat16',
  ]),
  keyIs(
    'gradients-and-states',
    '"owing to the need to store gradients and optimizer states" (of training; inference needs neither)',
    'step.optimizer',
    ['adam', 'adamw', 'adam-per-variable', 'adamax', 'momentum', 'rmsprop', 'adagrad'],
  ),
];

export const articleRulesOfThumb: Estimator = {
  id: 'article-rules-of-thumb',
  title: "The article's rules of thumb (inference 2×, training 4×)",
  source: ARTICLE,
  predicts: comparedIn(MEMORY_LEDGERS, ['inference-peak', 'step-peak']),
  assumptions: ASSUMPTIONS,
  matched: (config) => nearestBuildable(config, ASSUMPTIONS),
  countParameters: articleParameters,

  predict(config) {
    const modelMemory = BYTES_PER_PARAMETER * articleParameters(config);
    return {
      // "Working memory ≈ 2 * model memory. This represents storing both the model's parameters and the intermediate activations"
      'inference-peak': itemised({ weights: modelMemory, unitemised: (2 - 1) * modelMemory }),
      // "Training memory ≈ 4 * model memory", "owing to the need to store gradients and optimizer states": no shares given
      'step-peak': itemised({ weights: modelMemory, unitemised: (4 - 1) * modelMemory }),
    };
  },
};
