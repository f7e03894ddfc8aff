/** A teacher's memory on TensorFlow, outside and inside of what is differentiated. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../../src/config/schema.ts';
import { teacherOf } from '../../../src/config/teacher.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import { totalOf } from '../sample.ts';
import { expectExact, WHOLE_STEP } from './exactOnTensorflow.ts';

const configured = (step: PartialConfig['step'], model: PartialConfig['model'] = {}): RunConfig =>
  resolveConfig({
    model: { layers: 1, hiddenSize: 24, heads: 3, feedForwardSize: 40, vocabularySize: 31, ...model },
    batch: { size: 4, sequenceLength: 9 },
    step: { optimizer: 'sgd', ...step },
  });

/** As the student, narrower, wider, with one head. */
const SIZES: PartialConfig['step'][] = [
  {},
  { teacherLayers: 1, teacherHiddenSize: 10, teacherHeads: 2, teacherFeedForwardSize: 7 },
  { teacherLayers: 1, teacherHiddenSize: 36 },
  { teacherLayers: 1, teacherHiddenSize: 16, teacherHeads: 1 },
];

test.each(['outside', 'inside'] as const)(
  '%s: every quantity, component by component',
  (teacher) => {
    const steps: PartialConfig['step'][] = [
      { microBatches: 2, checkpointing: 'block' },
      { gradients: 'kept', checkpointing: 'sqrt' },
      { microBatches: 2, gradients: 'kept' },
    ];
    const configs = [...SIZES, ...steps].map((step) => configured({ teacher, ...step }));
    expectExact(configs, WHOLE_STEP);
    const dropping = (step: PartialConfig['step']) => configured({ teacher, ...step }, { dropout: 0.1 });
    const others: PartialConfig['step'][] = [
      { savedTensors: 'minimal' },
      { savedTensors: 'minimal', microBatches: 2, precision: 'autocast-float16' },
      { savedTensors: 'minimal', precision: 'mixed-bfloat16', backward: 'freeing' },
      { precision: 'autocast-bfloat16' },
      { precision: 'mixed-float16', backward: 'freeing' },
    ];
    expectExact(others.map(dropping), WHOLE_STEP);
  },
  120_000,
);

test('a freeing backward begins with the tape of a teacher inside, and gives it back first', () => {
  const large = (teacher: 'outside' | 'inside', vocabularySize: number) =>
    configured({ teacher, backward: 'freeing' }, { vocabularySize, feedForwardSize: 19 });

  expectExact([large('outside', 901), large('outside', 1500), large('inside', 901), large('inside', 5000)], WHOLE_STEP);
}, 60_000);

test('outside costs the weights of the teacher alone, inside its tape too', () => {
  const [none, outside, inside] = (['none', 'outside', 'inside'] as const).map((teacher) => configured({ teacher }));
  if (none === undefined || outside === undefined || inside === undefined) throw new Error('three');
  const of = (config: RunConfig, quantity: 'weights' | 'steady' | 'activations') =>
    totalOf(tfjsClosedForm, config, quantity);
  const teacher = teacherOf(inside) as RunConfig;
  const [N, H, F, V, S, B] = [36, 24, 40, 31, 9, 4];
  expect([of(outside, 'weights'), of(inside, 'weights')]).toEqual([of(none, 'weights'), of(none, 'weights')]);
  // Its weights and its mask come, and the targets are never uploaded.
  const resident = 4 * (exactParameterCount(teacher) + S * S - N);
  expect(of(outside, 'steady') - of(none, 'steady')).toBe(resident);
  expect(of(inside, 'steady') - of(none, 'steady')).toBe(resident);
  expect(of(outside, 'activations')).toBe(of(none, 'activations'));
  const A = B * 3 * S * S;
  const tape = 2 * (26 * N * H + 7 * N * F + 3 * A + 8 * N + 6) + 7 * N * H + 4 * N + S * H + S + 1;
  expect(of(inside, 'activations') - of(none, 'activations')).toBe(4 * tape);
  expect(V).toBe(teacher.model.vocabularySize);
});

test('a teacher whose own forward is the highest place of the step', () => {
  const wide = configured({ teacher: 'outside', teacherHiddenSize: 288, teacherHeads: 12 });
  expect(totalOf(tfjsClosedForm, wide, 'forward-peak')).toBeGreaterThan(totalOf(tfjsClosedForm, wide, 'backward-peak'));
  expectExact([wide], WHOLE_STEP);
}, 60_000);
