/** "Leyes de escala para LLM": an exponent and a factor that does not follow from it. */
import type { Claim } from '../claim.ts';
import { evaluate, named, numberText, power, quotient } from '../expression.ts';

const alpha = named('α', 0.07); // "α es un exponente de escala que normalmente ronda 0.07"
const KAPLAN_EXPONENT = 0.076; // Kaplan et al. 2020, "Scaling Laws for Neural Language Models", α_N of the loss
const PRINTED_FACTOR = 3.7;

const tenPercentBetter = power(1.1, quotient(1, alpha));
/** Parameters for 1.1 times the performance, for a loss of 90 % of what it was. */
const withKaplans = numberText(evaluate(power(1.1, quotient(1, KAPLAN_EXPONENT))));
const lossTenPercentLower = numberText(evaluate(power(quotient(1, 0.9), quotient(1, KAPLAN_EXPONENT))));
/** The exponent that the printed factor would follow from. */
const fittingAlpha = named('α', Number((Math.log(1.1) / Math.log(PRINTED_FACTOR)).toFixed(4)));

export const SCALING_CLAIMS: readonly Claim[] = [
  {
    id: 'scaling-form',
    section: 'Scaling laws',
    quote: 'Rendimiento ∝ N^α',
    printed: null,
    derivation: [],
    onlyIf: 'performance means one over the loss: Kaplan et al. 2020 have the loss ∝ N^−α',
    remark: `Theirs is a power law of the loss, with α_N = ${KAPLAN_EXPONENT}, which is nearer to 0.08 than to the 0.07 of the text.`,
  },
  {
    id: 'scaling-arithmetic',
    section: 'Scaling laws',
    quote: '10^(1/α) ≈ 3.7',
    printed: { value: PRINTED_FACTOR, unit: 'factor', step: 0.1 },
    derivation: [{ label: 'as written', expression: power(10, quotient(1, alpha)) }],
    remark: 'Ten to that power is a performance ten times as good, and no model has that many parameters.',
  },
  {
    id: 'scaling-ten-percent',
    section: 'Scaling laws',
    quote:
      'para lograr una mejora del 10% en el rendimiento, necesitamos aumentar el número de parámetros en un factor de',
    printed: { value: PRINTED_FACTOR, unit: 'factor', step: 0.1 },
    derivation: [
      { label: `with α = ${evaluate(fittingAlpha)}`, expression: power(1.1, quotient(1, fittingAlpha)) },
      { label: 'ten per cent better', expression: tenPercentBetter },
    ],
    onlyIf: `α is ${evaluate(fittingAlpha)} and the base is 1.1, not 10`,
    remark: `With Kaplan's ${KAPLAN_EXPONENT} it is ${withKaplans}; for a loss that is ten per cent lower, ${lossTenPercentLower}.`,
  },
];
