/** "Uso máximo de la memoria": each printed term of the activations, and their total. */
import type { RunConfig } from '../../../config/schema.ts';
import { activationTerms } from '../../../estimators/article/printedFormulas.ts';
import type { Claim } from '../claim.ts';
import { power, product, sum } from '../expression.ts';
import { REFERENCE, reference } from '../inputs.ts';
import {
  articleBytes,
  bytesOf,
  componentBytes,
  difference,
  isArticleStep,
  perPair,
  perRecord,
  ratio,
  sequencesOf,
} from '../measure.ts';
import { corrected, LAYER, printed } from './referenceStep.ts';

const { a, F, B, S, V, E } = reference;
const term = activationTerms(REFERENCE);

const IN_16_BITS = 'it is kept in 16 bits, as under autocast: in float32 it is twice as large';

const tokensOf = (config: RunConfig): number => sequencesOf(config) * config.batch.sequenceLength;
const elements = (config: RunConfig): number => tokensOf(config) * config.model.hiddenSize;
/** A pre-norm stack has one more behind its last layer. */
const norms = ({ model }: RunConfig): number => 2 * model.layers + (model.normalizationPlacement === 'pre' ? 1 : 0);

export const ACTIVATION_CLAIMS: readonly Claim[] = [
  {
    id: 'norm-activations',
    section: 'Activations',
    quote: 'Requiere 4E bytes por norma de capa',
    printed: { value: term.layerNorm, unit: 'bytes' },
    derivation: [{ label: "a norm's input", expression: product(4, E) }],
    onlyIf: 'its input has 32 bits, as under autocast: entirely in 16 bits it keeps 2E',
    remark:
      'A layer has two norms, and a pre-norm model one more at its end; the total counts one for each layer at most.',
    measure: perRecord('kept by norms ÷ (norms · E), bytes', 4, (record, config) =>
      isArticleStep(config)
        ? ratio(componentBytes(record, 'activations', 'normalization'), norms(config) * elements(config))
        : undefined,
    ),
  },
  {
    id: 'qkv-activations',
    section: 'Activations',
    quote: 'Cálculo QKV: 2E bytes',
    printed: { value: term.qkv, unit: 'bytes' },
    derivation: [{ label: 'shared input, Q and K, V', expression: sum(product(2, E), product(4, E), product(2, E)) }],
    remark: 'Only the input that the three projections share. Queries, keys and values are kept, too.',
  },
  {
    id: 'attention-matrix',
    section: 'Activations',
    quote: 'Matriz de atención: 4BSS bytes',
    printed: { value: term.attentionMatrix, unit: 'bytes' },
    derivation: [
      { label: 'softmax of every head in 32 bits', expression: product(4, B, a, power(S, 2)) },
      { label: 'and its 16-bit copy', expression: product(6, B, a, power(S, 2)) },
    ],
    remark: 'Every head has a matrix of its own: the number of heads is lost.',
    measure: perPair(
      'what more heads add ÷ (L·B·S²) for each, bytes (configurations that differ in the heads alone)',
      0,
      ['model.heads', 'model.keyValueHeads', 'model.headSize'],
      (less, more) => {
        const { model, batch } = less.configuration;
        const heads = more.configuration.model.heads - model.heads;
        const matrix = sequencesOf(less.configuration) * batch.sequenceLength ** 2;
        return isArticleStep(less.configuration)
          ? ratio(difference(less, more, 'activations'), model.layers * matrix * heads)
          : undefined;
      },
    ),
  },
  {
    id: 'attention-output',
    section: 'Activations',
    quote: 'Salida de atención: 2E bytes',
    printed: { value: term.attentionOutput, unit: 'bytes' },
    derivation: [{ label: "the output projection's input", expression: product(2, E) }],
    onlyIf: IN_16_BITS,
    remark: 'What is kept is the input of the projection.',
  },
  {
    id: 'first-linear',
    section: 'Activations',
    quote: 'Primera capa lineal: 2E bytes',
    printed: { value: term.firstLinear, unit: 'bytes' },
    derivation: [{ label: "the first linear layer's input", expression: product(2, E) }],
    onlyIf: IN_16_BITS,
    remark: "The norm's output.",
  },
  {
    id: 'gelu',
    section: 'Activations',
    quote: 'Activación GELU: 8E bytes',
    printed: { value: term.gelu, unit: 'bytes' },
    derivation: [{ label: "GELU's input", expression: product(2, B, S, F) }],
    onlyIf: `${IN_16_BITS}; and d_ff = 4 d_model`,
    remark: 'Its input is as wide as d_ff.',
  },
  {
    id: 'second-linear',
    section: 'Activations',
    quote: 'Segunda capa lineal: 2E bytes',
    printed: { value: term.secondLinear, unit: 'bytes' },
    derivation: [{ label: "the second linear layer's input", expression: product(2, B, S, F) }],
    remark:
      "Its input is GELU's output, four times as wide as the term has it. Measured are both wide tensors together.",
    measure: perPair(
      'what a wider d_ff adds ÷ (L·B·S) for each column, bytes (configurations that differ in d_ff alone)',
      2, // GELU's 8E is 2·B·S·F; the other terms do not know F
      ['model.feedForwardSize'],
      (less, more) => {
        const { model } = less.configuration;
        const columns = more.configuration.model.feedForwardSize - model.feedForwardSize;
        return isArticleStep(less.configuration)
          ? ratio(difference(less, more, 'activations'), model.layers * tokensOf(less.configuration) * columns)
          : undefined;
      },
    ),
  },
  {
    id: 'logits',
    section: 'Activations',
    quote: 'Logits: 6BSV bytes',
    printed: { value: term.logits, unit: 'bytes' },
    derivation: [{ label: '16-bit logits and their 32-bit copy', expression: product(sum(2, 4), B, S, V) }],
    onlyIf: 'the head computes in 16 bits and the loss in 32, as under autocast',
    remark: 'As in the derivation that the text shortens.',
    measure: perPair(
      'what a larger vocabulary adds ÷ (B·S) for each token, bytes (configurations that differ in the vocabulary alone)',
      6,
      ['model.vocabularySize'],
      (less, more) => {
        const words = more.configuration.model.vocabularySize - less.configuration.model.vocabularySize;
        return isArticleStep(less.configuration)
          ? ratio(difference(less, more, 'activations'), tokensOf(less.configuration) * words)
          : undefined;
      },
    ),
  },
  {
    id: 'activations-list',
    section: 'Activations',
    quote: 'L * (14E + 4BSS)',
    printed: { value: printed.layer, unit: 'bytes' },
    derivation: [
      {
        label: "the text's own list, one norm",
        expression: sum(product(sum(4, 2, 2, 2, 8, 2), E), product(4, B, power(S, 2))),
      },
      {
        label: "the text's own list, two norms",
        expression: sum(product(sum(2 * 4, 2, 2, 2, 8, 2), E), product(4, B, power(S, 2))),
      },
    ],
    remark:
      'The total is not the sum of its own list. In the derivation that it shortens, 14E is the subtotal of attention; the 22E of the feed-forward block went missing.',
    measure: perPair(
      'what one more layer keeps ÷ (14E + 4BSS) (configurations that differ in the layers alone)',
      1,
      ['model.layers'],
      (less, more) => {
        const [small, large] = [articleBytes(less, 'activations'), articleBytes(more, 'activations')];
        return isArticleStep(less.configuration) && small !== undefined && large !== undefined
          ? ratio(difference(less, more, 'activations'), large - small)
          : undefined;
      },
    ),
  },
  {
    id: 'activations-total',
    section: 'Activations',
    quote: 'M_act = L * (14E + 4BSS) + 6BSV bytes',
    printed: { value: printed.activations, unit: 'bytes' },
    derivation: [
      { label: 'one layer', expression: LAYER },
      { label: 'M_act', expression: corrected.activations },
    ],
    remark: 'The final norm and the input of the head, 6E together, are not in the text either.',
    measure: perRecord("activations, measured ÷ the article's M_act", 1, (record, config) =>
      isArticleStep(config) ? ratio(bytesOf(record, 'activations'), articleBytes(record, 'activations')) : undefined,
    ),
  },
];
