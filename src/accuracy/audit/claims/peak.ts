/** "Uso máximo total de memoria": how high the peak is, and where. */
import { PEAK_PLACE } from '../../../estimators/article/printedFormulas.ts';
import type { Claim } from '../claim.ts';
import { evaluate, product, sum } from '../expression.ts';
import { reference } from '../inputs.ts';
import { articleBytes, bytesOf, isArticleStep, perRecord, ratio, readingOf } from '../measure.ts';
import { corrected, printed } from './referenceStep.ts';

const { B, S, V } = reference;
/** Weights and two states stay; gradients are there; each of eleven temporaries of tfjs's `applyGradients` lives to its end (docs/measuring.md). */
const PER_PARAMETER = sum(product(3, 4), 4, product(11, 4));

const place = (phase: string, component: string): string => `${phase}, ${component}`;

export const PEAK_CLAIMS: readonly Claim[] = [
  {
    id: 'peak-phase',
    section: 'Peak',
    quote: 'El uso máximo de memoria ocurre durante el paso hacia atrás',
    printed: null,
    derivation: [
      {
        label: "bytes per parameter while tfjs's Adam updates: steady, gradients, 11 temporaries",
        expression: PER_PARAMETER,
      },
    ],
    onlyIf: `activations outweigh what the optimizer holds while it updates, with stock tfjs's Adam at least ${evaluate(PER_PARAMETER)} bytes for each parameter`,
    remark: 'With a small batch or a short sequence the update is higher.',
    measure: perRecord('phase of the peak', PEAK_PLACE.phase, (record, config) =>
      isArticleStep(config) ? readingOf(record, 'step-peak')?.peak?.phase : undefined,
    ),
  },
  {
    id: 'peak-place',
    section: 'Peak',
    quote: 'El plazo adicional de 4BSV representa una asignación adicional al inicio del paso hacia atrás',
    printed: { value: printed.backwardStart, unit: 'bytes' },
    derivation: [{ label: "the logits' gradient in 32 bits", expression: product(4, B, S, V) }],
    onlyIf:
      "backward frees what it has used, as PyTorch's does, so that it starts at its highest; tfjs's frees nothing before its end, and that is where its peak is",
    remark: 'A claim about a place, too: the peak is in backward, at the loss, where backward begins.',
    measure: perRecord(
      'phase and component of the peak',
      place(PEAK_PLACE.phase, PEAK_PLACE.component),
      (record, config) => {
        const peak = isArticleStep(config) ? readingOf(record, 'step-peak')?.peak : undefined;
        return peak?.component === undefined ? undefined : place(peak.phase, peak.component);
      },
    ),
  },
  {
    id: 'peak-total',
    section: 'Peak',
    quote: 'M_pico = M_estable + M_act + 4BSV bytes',
    printed: { value: printed.peak, unit: 'bytes' },
    derivation: [
      { label: 'M_steady', expression: corrected.steady },
      { label: 'M_act', expression: corrected.activations },
      { label: 'M_peak', expression: corrected.peak },
    ],
    remark:
      'The sum is right and its terms are not. Rees measured 21.898 GiB of PyTorch on this layer, without biases.',
    measure: perRecord("peak of the step, measured ÷ the article's M_pico", 1, (record, config) =>
      isArticleStep(config) ? ratio(bytesOf(record, 'step-peak'), articleBytes(record, 'step-peak')) : undefined,
    ),
  },
];
