/** "Calcular el número de parámetros": formulas, and the example that is worked through with them. */

import { articleParameters } from '../../../estimators/article/articleParameters.ts';
import { layerParameters, modelParameters } from '../../../estimators/article/printedFormulas.ts';
import { FLOAT32_BYTES } from '../../../units/bytes.ts';
import type { Claim } from '../claim.ts';
import { evaluate, named, numberText, power, product, sum } from '../expression.ts';
import { EXAMPLE, GPT2_POSITIONS, symbolsOf } from '../inputs.ts';
import { bytesOf, componentBytes, difference, isArticleLayer, perPair, perRecord, ratio } from '../measure.ts';

const { d_model: d, d_ff, N, vocab_size: V } = symbolsOf(EXAMPLE);

const embedding = product(V, d);
const attention = product(4, power(d, 2));
const attentionWithBiases = sum(attention, product(4, d));
const feedForward = sum(product(2, d, d_ff), d, d_ff);
const layerNorm = product(2, d);
const layer = sum(
  named('attention', attention),
  named('feed-forward', feedForward),
  product(2, named('norm', layerNorm)),
);
const layers = product(N, named('layer', layer));
const model = sum(named('layers', layers), named('embedding', embedding));

/** By the article's own formulas; the sums that it prints for its example start from a wrong feed-forward count. */
export const exampleParameters = named('parameters', model);

const withoutPositions = sum(
  product(N, named('layer with biases', sum(attentionWithBiases, feedForward, product(2, layerNorm)))),
  named('embedding', embedding),
  named('final norm', layerNorm),
);
const complete = sum(named('all but positions', withoutPositions), product(named('positions', GPT2_POSITIONS), d));
const leftOut = evaluate(complete) - evaluate(model);

export const PARAMETER_CLAIMS: readonly Claim[] = [
  {
    id: 'embedding-count',
    section: 'Parameters',
    quote: '50,000 * 768 = 38,400,000',
    printed: { value: 38_400_000, unit: 'parameters' },
    derivation: [{ label: 'embedding', expression: embedding }],
    remark: 'One vector for each token.',
  },
  {
    id: 'attention-count',
    section: 'Parameters',
    quote: '4*768^2 = 2,359,296',
    printed: { value: 2_359_296, unit: 'parameters' },
    derivation: [
      { label: 'without biases', expression: attention },
      { label: 'with biases', expression: attentionWithBiases },
    ],
    onlyIf: 'the four projections have no biases',
    remark: 'The feed-forward formula beside it counts biases: one layer, two conventions.',
    measure: perRecord('parameters of a layer that the formulas leave out, divided by d_model', 0, (record, config) => {
      if (!isArticleLayer(config) || config.model.architecture === 'encoder-decoder') return undefined;
      const bytes = componentBytes(record, 'weights', 'weights', 0);
      const { hiddenSize: d_model, feedForwardSize } = config.model;
      return bytes === undefined
        ? undefined
        : (bytes / FLOAT32_BYTES - layerParameters({ d_model, d_ff: feedForwardSize })) / d_model;
    }),
  },
  {
    id: 'feed-forward-formula',
    section: 'Parameters',
    quote: 'Parámetros = 2 * d_model*d_ff+d_model+d_ff',
    printed: null,
    derivation: [{ label: 'two matrices and two biases', expression: feedForward }],
    unnumbered: 'right',
    remark: 'The formula is right; the number that the example draws from it is not.',
    measure: perPair(
      'parameters that a wider d_ff adds, measured ÷ formula (configurations that differ in d_ff alone)',
      1,
      ['model.feedForwardSize'],
      (less, more) =>
        isArticleLayer(less.configuration)
          ? ratio(
              difference(less, more, 'weights'),
              FLOAT32_BYTES * (articleParameters(more.configuration) - articleParameters(less.configuration)),
            )
          : undefined,
    ),
  },
  {
    id: 'feed-forward-count',
    section: 'Parameters',
    quote: '2 * 768 * (4 * 768) + 768 + (4 * 768) = 4,719,616',
    printed: { value: 4_719_616, unit: 'parameters' },
    derivation: [{ label: 'feed-forward', expression: feedForward }],
    remark: `The product of the weights is right, but ${numberText(4_719_616 - evaluate(product(2, d, d_ff)))} was added to it instead of the biases, ${numberText(evaluate(sum(d, d_ff)))}. Every later sum of the example carries this on.`,
  },
  {
    id: 'layer-norm-count',
    section: 'Parameters',
    quote: '2 * 768 = 1,536',
    printed: { value: 1_536, unit: 'parameters' },
    derivation: [{ label: 'scale and bias', expression: layerNorm }],
    remark: 'A scale and a bias for each element of the width.',
  },
  {
    id: 'layer-count',
    section: 'Parameters',
    quote: '2,359,296 + 4,719,616 + (2 * 1,536) = 7,081,984',
    printed: { value: 7_081_984, unit: 'parameters' },
    derivation: [{ label: 'layer', expression: layer }],
    remark: 'The sum is right and its feed-forward term is not.',
  },
  {
    id: 'layers-count',
    section: 'Parameters',
    quote: '12 * 7,081,984 = 84,983,808',
    printed: { value: 84_983_808, unit: 'parameters' },
    derivation: [{ label: 'layers', expression: layers }],
    remark: "The product is right; it carries the feed-forward's error twelve times.",
  },
  {
    id: 'model-count',
    section: 'Parameters',
    quote: '84,983,808 + = 38,400,000 123,383,808',
    printed: { value: 123_383_808, unit: 'parameters' },
    derivation: [{ label: 'model', expression: model }],
    remark: 'Besides, the equals sign stands in the wrong place.',
  },
  {
    id: 'output-parameters',
    section: 'Parameters',
    quote: 'N*Parameters_layer+Parameters_embedding+Parameters_output',
    printed: { value: modelParameters(EXAMPLE, 'none'), unit: 'parameters' },
    derivation: [
      { label: 'with the embedding for a head', expression: model },
      { label: 'with a head of its own', expression: sum(named('layers', layers), product(2, embedding)) },
    ],
    onlyIf: 'the head is the embedding: a head of its own is as large again',
    remark: 'The formula has a term for the output and no expression for it; the example adds nothing.',
    measure: perPair(
      'tables of V·d_model parameters that a larger vocabulary makes longer (configurations that differ in the vocabulary alone)',
      1,
      ['model.vocabularySize'],
      (less, more) => {
        const tokens = more.configuration.model.vocabularySize - less.configuration.model.vocabularySize;
        return ratio(difference(less, more, 'weights'), FLOAT32_BYTES * tokens * less.configuration.model.hiddenSize);
      },
    ),
  },
  {
    id: 'model-size',
    section: 'Parameters',
    quote: 'Este modelo tendría aproximadamente 123 millones de parámetros',
    printed: { value: 123_000_000, unit: 'parameters', step: 1_000_000 },
    derivation: [
      { label: 'every parameter but positions', expression: withoutPositions },
      { label: 'with as many positions as GPT-2 has', expression: complete },
    ],
    onlyIf: 'the model learns no positions',
    remark: `The biases of attention, the positions and the last norm are left out: ${numberText(leftOut)} parameters.`,
    measure: perRecord("parameters, measured ÷ the article's formulas", 1, (record, config) => {
      const bytes = bytesOf(record, 'weights');
      return isArticleLayer(config) && bytes !== undefined
        ? bytes / (FLOAT32_BYTES * articleParameters(config))
        : undefined;
    }),
  },
];
