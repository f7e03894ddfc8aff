/** "Uso de memoria de estado estacionario": what is there between two steps. */
import type { OptimizerName } from '../../../config/schema.ts';
import type { Claim } from '../claim.ts';
import { product } from '../expression.ts';
import { bytesOf, componentBytes, parametersOf, perRecord, ratio } from '../measure.ts';
import { corrected, printed } from './referenceStep.ts';

/** Those that keep two states for each parameter, as the article's Adam. */
const ADAMS: readonly OptimizerName[] = ['adam', 'adamw', 'adam-per-variable'];

export const STEADY_STATE_CLAIMS: readonly Claim[] = [
  {
    id: 'steady-weights',
    section: 'Steady state',
    quote: 'Copias FP32 de los parámetros del modelo, que requieren 4N bytes',
    printed: { value: 4, unit: 'bytes per parameter' },
    derivation: [{ label: '32 bits', expression: product(1, 4) }],
    remark: 'In float32 and under autocast alike.',
    measure: perRecord('weights between steps ÷ parameters, bytes', 4, (record) =>
      ratio(componentBytes(record, 'steady', 'weights'), parametersOf(record)),
    ),
  },
  {
    id: 'steady-optimizer',
    section: 'Steady state',
    quote: 'Para el optimizador Adam, esto requiere 8N bytes (2 estados por parámetro)',
    printed: { value: 8, unit: 'bytes per parameter' },
    derivation: [{ label: 'two states of 32 bits', expression: product(2, 4) }],
    remark: "tfjs's Adam keeps two scalars more, 8 bytes for the whole model.",
    measure: perRecord("Adam's state between steps ÷ parameters, bytes", 8, (record, { step }) =>
      ADAMS.includes(step.optimizer)
        ? ratio(componentBytes(record, 'steady', 'optimizer'), parametersOf(record))
        : undefined,
    ),
  },
  {
    id: 'steady-gradients',
    section: 'Steady state',
    quote: 'Copias FP32 de los gradientes, que requieren 4N bytes',
    printed: { value: 4, unit: 'bytes per parameter' },
    derivation: [{ label: '32 bits', expression: product(1, 4) }],
    onlyIf:
      'gradients stay from step to step; where they are freed after the update there are none in the steady state',
    remark: "They stay under PyTorch's zero_grad(set_to_none=False), not by default, and never in stock tfjs.",
    measure: perRecord('gradients between steps ÷ parameters, bytes', 4, (record) =>
      ratio(componentBytes(record, 'steady', 'gradients'), parametersOf(record)),
    ),
  },
  {
    id: 'steady-inputs',
    section: 'Steady state',
    quote: 'Suponiendo entradas int64, esto requiere 8BD bytes',
    printed: { value: printed.inputs, unit: 'bytes' },
    derivation: [{ label: 'inputs and targets, a mask for each layer', expression: corrected.inputs }],
    remark:
      'Targets are as large as inputs, and causal masks larger than both. D, "the input dimension", is defined nowhere; only with S is the term the size of the ids.',
    measure: perRecord('inputs, targets and mask ÷ (B·S), bytes', 8, (record, { batch }) =>
      ratio(componentBytes(record, 'steady', 'inputs'), batch.size * batch.sequenceLength),
    ),
  },
  {
    id: 'steady-total',
    section: 'Steady state',
    quote: 'M_estable = 16N + 8BD bytes',
    printed: { value: printed.steady, unit: 'bytes' },
    derivation: [
      { label: 'P', expression: corrected.parameters },
      { label: 'M_steady', expression: corrected.steady },
    ],
    remark:
      'Beside the data, N lacks the parameters that its count leaves out. Rees measured 2,064,403,456 bytes of PyTorch on this layer, without biases.',
    measure: perRecord('between steps without inputs ÷ parameters, bytes', 16, (record, { step }) => {
      const [steady, inputs] = [bytesOf(record, 'steady'), componentBytes(record, 'steady', 'inputs')];
      return steady === undefined || inputs === undefined || !ADAMS.includes(step.optimizer)
        ? undefined
        : (steady - inputs) / parametersOf(record);
    }),
  },
];
