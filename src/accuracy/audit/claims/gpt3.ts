/** "Ejemplos prácticos y cálculos": GPT-3. */
import type { Claim } from '../claim.ts';
import { evaluate, named, numberText, power, product, sum } from '../expression.ts';
import { GPT3, symbolsOf } from '../inputs.ts';

const { d_model: d, d_ff, N, vocab_size: V, positions } = symbolsOf(GPT3);

const printedLayer = sum(product(8, power(d, 2)), product(8, d, d_ff), product(2, d));
/** Attention 4d² + 4d, feed-forward 8d² + 5d, two norms 4d. */
const layer = sum(product(12, power(d, 2)), product(13, d));
const outside = sum(
  named('tokens', product(V, d)),
  named('positions', product(positions, d)),
  named('final norm', product(2, d)),
);
const layers = product(N, named('layer', layer));

const BILLION = 1e9;
const PRINTED_TOTAL = 175 * BILLION;
const PRINTED_LAYERS = 105.6 * BILLION;

export const GPT3_CLAIMS: readonly Claim[] = [
  {
    id: 'gpt3-size',
    section: 'GPT-3',
    quote: 'tiene 175 mil millones de parámetros',
    printed: { value: PRINTED_TOTAL, unit: 'parameters', step: BILLION },
    derivation: [
      {
        label: 'model',
        expression: sum(named('layers', layers), named('outside of them', outside)),
      },
    ],
    remark: 'As Brown et al. 2020 have it; the sizes that the text gives lead there.',
  },
  {
    id: 'gpt3-width',
    section: 'GPT-3',
    quote: 'd_ff = 4 * 12288 = 49152',
    printed: { value: 49_152, unit: 'width' },
    derivation: [{ label: 'd_ff', expression: product(4, d) }],
    remark: 'As arithmetic, and as published.',
  },
  {
    id: 'gpt3-layer-arithmetic',
    section: 'GPT-3',
    quote: '8 * 12288^2 + 8 * 12288 * 49152 + 2 * 12288 ≈ 1.1 mil millones',
    printed: { value: 1.1 * BILLION, unit: 'parameters', step: 0.1 * BILLION },
    derivation: [{ label: 'as written', expression: printedLayer }],
    remark: 'The expression has another value than the one beside it.',
  },
  {
    id: 'gpt3-layer-formula',
    section: 'GPT-3',
    quote: 'Parámetros totales = 8 * 12288^2 + 8 * 12288 * 49152 + 2 * 12288',
    printed: { value: evaluate(printedLayer), unit: 'parameters' },
    derivation: [{ label: 'layer', expression: layer }],
    remark: "Attention has 4 squares of the width, the feed-forward block 8, as the article's own formulas say.",
  },
  {
    id: 'gpt3-layers',
    section: 'GPT-3',
    quote: '1.1 mil millones * 96 = 105.6 mil millones',
    printed: { value: PRINTED_LAYERS, unit: 'parameters', step: 0.1 * BILLION },
    derivation: [{ label: 'layers', expression: layers }],
    remark: 'The product is right, what is multiplied is not.',
  },
  {
    id: 'gpt3-remainder',
    section: 'GPT-3',
    quote: 'Los parámetros restantes provienen de la incrustación y otros componentes',
    printed: { value: PRINTED_TOTAL - PRINTED_LAYERS, unit: 'parameters' },
    derivation: [{ label: 'tokens, positions, final norm', expression: outside }],
    remark: `Outside the layers there is ${numberText((100 * evaluate(outside)) / PRINTED_TOTAL)} % of the model.`,
  },
];
