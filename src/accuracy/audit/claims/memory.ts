/** "Calcular la memoria del modelo" and "Estimación de la memoria de trabajo": bytes per parameter, and two rules of thumb. */
import { TRAINING_MEMORY_FACTOR, WORKING_MEMORY_FACTOR } from '../../../estimators/article/printedFormulas.ts';
import { FLOAT32_BYTES } from '../../../units/bytes.ts';
import type { Claim } from '../claim.ts';
import { evaluate, named, numberText, power, product, quotient, sum } from '../expression.ts';
import { EXAMPLE, symbolsOf } from '../inputs.ts';
import { bytesOf, parametersOf, perRecord, ratio } from '../measure.ts';
import { exampleParameters } from './parameters.ts';
import { corrected, printed } from './referenceStep.ts';

const memory32 = product(exampleParameters, 4);
const memory16 = product(exampleParameters, 2);
const MEGABYTE = power(10, 6);
const MEBIBYTE = power(2, 20);

const { d_model: d, N } = symbolsOf(EXAMPLE);
const cacheOfToken = product(2, N, d, FLOAT32_BYTES);
const cachedTokens = quotient(named('model memory', memory32), named('cache of a token', cacheOfToken));

export const MODEL_MEMORY_CLAIMS: readonly Claim[] = [
  {
    id: 'memory-32-bit',
    section: 'Model memory',
    quote: 'Memoria del modelo (32 bits) = 123,383,808 * 4 bytes = 493,535,232 bytes',
    printed: { value: 493_535_232, unit: 'bytes' },
    derivation: [{ label: 'in 32 bits', expression: memory32 }],
    remark: 'The product is right, the count is not.',
    measure: perRecord('weights in 32 bits ÷ parameters, bytes', 4, (record, { step }) =>
      step.precision === 'float32' ? ratio(bytesOf(record, 'weights'), parametersOf(record)) : undefined,
    ),
  },
  {
    id: 'memory-32-bit-rounded',
    section: 'Model memory',
    quote: '493,535,232 bytes ≈ 494 MB',
    printed: { value: 494, unit: 'MB', step: 1 },
    derivation: [
      { label: 'in MiB', expression: quotient(named('bytes', memory32), MEBIBYTE) },
      { label: 'in MB', expression: quotient(named('bytes', memory32), MEGABYTE) },
    ],
    onlyIf: 'MB means a million bytes; tools that count in powers of two print fewer',
    remark: 'The slip in the count is smaller than the rounding.',
  },
  {
    id: 'memory-16-bit',
    section: 'Model memory',
    quote: 'Memoria del modelo (16 bits) = 123,383,808 * 2 bytes = 246,767,616 bytes',
    printed: { value: 246_767_616, unit: 'bytes' },
    derivation: [{ label: 'in 16 bits', expression: memory16 }],
    remark: 'The product is right, the count is not.',
  },
  {
    id: 'memory-16-bit-training',
    section: 'Model memory',
    quote: 'aunque algunos modelos utilizan entrenamiento de precisión mixta con flotantes de 16 bits',
    printed: { value: 2, unit: 'bytes per parameter' },
    derivation: [
      { label: '16-bit weights', expression: product(1, 2) },
      { label: '16-bit copy and 32-bit weights', expression: sum(2, 4) },
    ],
    onlyIf: 'nothing is trained: mixed precision keeps weights of 32 bits beside the 16-bit copy',
    remark: '247 MB are the weights of inference. In training gradients and the optimizer come on top of both copies.',
    measure: perRecord('weights in mixed-precision training ÷ parameters, bytes', 2, (record, { step }) =>
      step.kind === 'training' && step.precision !== 'float32'
        ? ratio(bytesOf(record, 'weights'), parametersOf(record))
        : undefined,
    ),
  },
  {
    id: 'memory-16-bit-rounded',
    section: 'Model memory',
    quote: '246,767,616 bytes ≈ 247 MB',
    printed: { value: 247, unit: 'MB', step: 1 },
    derivation: [
      { label: 'in MiB', expression: quotient(named('bytes', memory16), MEBIBYTE) },
      { label: 'in MB', expression: quotient(named('bytes', memory16), MEGABYTE) },
    ],
    onlyIf: 'MB means a million bytes; tools that count in powers of two print fewer',
    remark: 'The slip in the count is smaller than the rounding.',
  },
];

export const WORKING_MEMORY_CLAIMS: readonly Claim[] = [
  {
    id: 'inference-twice',
    section: 'Working memory',
    quote: 'Memoria de trabajo ≈ 2 * Memoria del modelo',
    printed: null,
    derivation: [
      { label: 'cache of a token, bytes', expression: cacheOfToken },
      { label: 'tokens whose cache is as large as the weights', expression: cachedTokens },
    ],
    onlyIf: `activations and cached keys and values happen to be as large as the weights: for the example in 32 bits, a cache of ${numberText(Math.round(evaluate(cachedTokens)))} tokens`,
    remark: 'What inference needs beyond the weights grows with batch and sequence, and the rule has neither.',
    measure: perRecord('peak of inference ÷ weights', WORKING_MEMORY_FACTOR, (record) =>
      ratio(bytesOf(record, 'inference-peak'), bytesOf(record, 'weights')),
    ),
  },
  {
    id: 'training-fourfold',
    section: 'Working memory',
    quote: 'Memoria de entrenamiento ≈ 4 * Memoria de modelo',
    printed: { value: TRAINING_MEMORY_FACTOR, unit: 'factor' },
    derivation: [
      { label: 'weights, gradients, two states of Adam', expression: quotient(sum(4, 4, 8), 4) },
      {
        label: "the article's own peak ÷ model memory",
        expression: quotient(named('M_pico', printed.peak), named('model memory', printed.modelMemory)),
      },
      {
        label: 'corrected peak ÷ model memory',
        expression: quotient(named('M_peak', corrected.peak), named('model memory', corrected.modelMemory)),
      },
    ],
    onlyIf: 'no activation is counted, nor anything else that grows with the batch',
    remark: 'Four times is exactly weights, gradients and states. The peak formula of the same article says far more.',
    measure: perRecord('peak of a training step ÷ weights', TRAINING_MEMORY_FACTOR, (record) =>
      ratio(bytesOf(record, 'step-peak'), bytesOf(record, 'weights')),
    ),
  },
  {
    id: 'inference-example',
    section: 'Working memory',
    quote: 'Memoria de trabajo de inferencia ≈ 2 * 494 MB = 988 MB',
    printed: { value: 988, unit: 'MB' },
    derivation: [{ label: 'twice', expression: product(2, 494) }],
    remark: 'As arithmetic.',
  },
  {
    id: 'training-example',
    section: 'Working memory',
    quote: 'Memoria de entrenamiento ≈ 4 * 494 MB = 1,976 MB',
    printed: { value: 1_976, unit: 'MB' },
    derivation: [{ label: 'four times', expression: product(4, 494) }],
    remark: 'As arithmetic.',
  },
];
