/** One training step of the reference layer, as the article's formulas have it and with what they lost put back (Rees 2023). */
import {
  activationMemory,
  backwardStartMemory,
  modelParameters,
  steadyStateTerms,
} from '../../../estimators/article/printedFormulas.ts';
import { evaluate, named, power, product, sum } from '../expression.ts';
import { REFERENCE, reference } from '../inputs.ts';

const { L, H, a, V, B, S, E } = reference;
const sizes = REFERENCE;

const printedCount = modelParameters({ d_model: sizes.H, d_ff: sizes.F, N: sizes.L, vocab_size: sizes.V }, 'none');
const printedSteadyTerms = steadyStateTerms({ N: printedCount, B: sizes.B, D: sizes.S });
const printedSteady = Object.values(printedSteadyTerms).reduce((total, term) => total + term, 0);
const printedActivations = activationMemory(sizes);

/** What the article's formulas give; D of its 8BD is S, or it would not be the size of the ids. */
export const printed = {
  modelMemory: printedSteadyTerms.weights,
  inputs: printedSteadyTerms.inputs,
  steady: printedSteady,
  layer: activationMemory({ ...sizes, L: 1, V: 0 }),
  activations: printedActivations,
  backwardStart: backwardStartMemory(sizes),
  peak: printedSteady + printedActivations + backwardStartMemory(sizes),
};

/** Biases, positions and the final norm are parameters, too. */
const parameters = sum(
  product(L, sum(product(12, power(H, 2)), product(13, H))),
  product(V, H),
  product(S, H),
  product(2, H),
);
const P = named('P', parameters);
const inputs = sum(product(16, B, S), product(4, L, power(S, 2)));
const steady = sum(product(16, P), named('inputs', inputs));
/** Of one layer: norms 8E; attention 10E and 6BaS²; feed-forward 18E. */
export const LAYER = sum(product(36, E), product(6, B, a, power(S, 2)));
const activations = sum(product(L, LAYER), product(6, E), product(6, B, S, V));
const peak = sum(named('M_steady', steady), named('M_act', activations), product(4, B, S, V));

export const corrected = { parameters, modelMemory: evaluate(product(4, P)), inputs, steady, activations, peak };
