/** The article's two rules of thumb. A set of its own: they contradict its peak formula, and a set predicts a quantity once. */
import { MEMORY_LEDGERS } from '../../records/quantity.ts';
import { keyIs, ONE_MODEL } from '../assumption.ts';
import { type Assumption, comparedIn, type Estimator, itemised } from '../estimator.ts';
import { ARTICLE, articleParameters } from './articleParameters.ts';
import { modelMemory, TRAINING_MEMORY_FACTOR, WORKING_MEMORY_FACTOR } from './printedFormulas.ts';

const ASSUMPTIONS: readonly Assumption[] = [
  keyIs(
    'float32-weights',
    '"Cada parámetro normalmente se almacena como un número de punto flotante de 32 bits" (32 bits per parameter)',
    'step.precision',
    ['float32', 'autocast-float16', 'autocast-bfloat16', 'mixed-float16', 'mixed-bfloat16'],
  ),
  keyIs(
    'gradients-and-states',
    '"debido a la necesidad de almacenar gradientes y estados del optimizador" (gradients and optimizer states; inference needs neither)',
    'step.optimizer',
    ['adam', 'adamw', 'adam-per-variable', 'adamax', 'momentum', 'rmsprop', 'adagrad'],
  ),
  ONE_MODEL,
];

export const articleRulesOfThumb: Estimator = {
  id: 'article-rules-of-thumb',
  title: "The article's rules of thumb (inference 2×, training 4×)",
  source: ARTICLE,
  predicts: comparedIn(MEMORY_LEDGERS, ['inference-peak', 'step-peak']),
  assumptions: ASSUMPTIONS,
  countParameters: articleParameters,

  predict(config) {
    const weights = modelMemory(articleParameters(config));
    return {
      // "Esto representa almacenar tanto los parámetros del modelo como las activaciones intermedias": the weights and as much again
      'inference-peak': itemised({ weights, unitemised: (WORKING_MEMORY_FACTOR - 1) * weights }),
      // "debido a la necesidad de almacenar gradientes y estados del optimizador": no shares given
      'step-peak': itemised({ weights, unitemised: (TRAINING_MEMORY_FACTOR - 1) * weights }),
    };
  },
};
