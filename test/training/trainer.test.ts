/** Whole steps on real TensorFlow, with all that a configuration can ask of them. */
import { afterEach, expect, test } from 'vitest';
import type { RunConfig } from '../../src/config/schema.ts';
import type { Tensor } from '../../src/model/tensorflow.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { drawn } from '../../src/model/variables.ts';
import { type Mark, stepMarks } from '../../src/records/mark.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { castsFor } from '../../src/runtime/sixteenBit.ts';
import { disposeBatch, patternBatches } from '../../src/training/batch.ts';
import { VariableGradients } from '../../src/training/gradients.ts';
import { lossScale } from '../../src/training/lossScale.ts';
import { trainingStep } from '../../src/training/step.ts';
import { BACKWARDS, createTrainer } from '../../src/training/trainer.ts';
import { tinyConfig } from '../model/tinyModel.ts';
import { existingOn, withFailingOperation } from './existing.ts';

const runtime = loadRuntime('tensorflow');
const { tf, native } = runtime;
if (native === null) throw new Error('TensorFlow has a native backend');
afterEach(() => tf.disposeVariables()); // of a test that failed half way
const existing = existingOn(tf, native);

type Step = RunConfig['step'];
const configured = (step: Partial<Step>, model: Parameters<typeof tinyConfig>[0] = {}): RunConfig => {
  const config = tinyConfig(model);
  return { ...config, batch: { ...config.batch, size: 4 }, step: { ...config.step, ...step } };
};

const STEPS: Partial<Step>[] = (['retaining', 'freeing'] as const).flatMap((backward) =>
  (['freed', 'kept'] as const).flatMap((gradients) =>
    [1, 2].map((microBatches) => ({ backward, gradients, microBatches })),
  ),
);

/** The gradients that the optimizer is given, for one batch of four sequences. */
function gradientsOf(
  { backward, microBatches, precision }: Pick<Step, 'backward' | 'microBatches' | 'precision'>,
  model: Parameters<typeof tinyConfig>[0] = {},
): number[][] {
  const config = configured({}, model);
  const part = { ...config, batch: { ...config.batch, size: 4 / microBatches } };
  const transformer = createTransformer(tf, part, drawn(tf, 1, 0.3));
  const batches = patternBatches(tf, config, microBatches);
  const { variables } = transformer;
  const gradients = new VariableGradients(tf, variables);
  let seen: number[][] = [];
  const applyGradients = (given: Record<string, Tensor>): void => {
    expect(Object.keys(given)).toEqual(variables.map(({ name }) => name));
    seen = Object.values(given).map((gradient) => Array.from(gradient.dataSync()));
  };
  const parts = {
    ...{ variables, gradients, keepGradients: false, lossScale: lossScale(precision) },
    differentiate: BACKWARDS[backward],
    optimizer: { applyGradients } as never,
  };
  trainingStep(
    tf,
    batches.map((batch) => ({ loss: () => transformer.loss(batch) })),
    parts,
    () => {},
  );
  for (const batch of batches) disposeBatch(batch);
  transformer.dispose();
  return seen;
}

test.each([{}, { tiedEmbedding: true }, { architecture: 'encoder-decoder', layers: 1 }] as const)(
  'gradients that are accumulated over micro-batches are those of the whole batch: %j',
  (model) => {
    const step = { backward: 'retaining', microBatches: 1, precision: 'float32' } as const;
    const whole = gradientsOf(step, model);
    for (const microBatches of [2, 4]) {
      const accumulated = gradientsOf({ ...step, microBatches }, model);
      expect(gradientsOf({ ...step, microBatches, backward: 'freeing' }, model)).toEqual(accumulated);
      for (const [index, gradient] of whole.entries()) {
        const size = Math.max(...gradient.map(Math.abs));
        for (const [at, value] of gradient.entries()) {
          // float32 sums the same terms in another order
          expect(Math.abs(value - (accumulated[index]?.[at] ?? Number.NaN))).toBeLessThan(1e-4 * size + 1e-7);
        }
      }
    }
  },
);

test('a scaled loss changes no bit of what the optimizer is given', () => {
  expect(lossScale('mixed-float16')).toBe(1024);
  expect(lossScale('mixed-bfloat16')).toBe(1);
  for (const backward of ['retaining', 'freeing'] as const) {
    for (const microBatches of [1, 2]) {
      const plain = gradientsOf({ backward, microBatches, precision: 'float32' });
      expect(gradientsOf({ backward, microBatches, precision: 'mixed-float16' })).toEqual(plain);
    }
  }
});

test.each(STEPS)('marks in order, the same numbers after three steps, and nothing left behind: %j', (step) => {
  const before = existing();
  const config = configured(step);
  const atWeights: number[] = [];
  const trainer = createTrainer(tf, config, {
    createVariable: drawn(tf, 1, 0.3),
    onWeights: () => void atWeights.push(tf.memory().numTensors),
  });
  const { model } = trainer;
  expect(atWeights).toEqual([before[0] + model.variables.length]);
  const marks: Mark[] = [];
  trainer.step((mark) => marks.push(mark));
  expect(marks).toEqual(stepMarks(config.step));
  const afterOne = existing();
  trainer.step(() => {});
  trainer.step(() => {});
  expect(existing()).toEqual(afterOne);
  const kept = config.step.gradients === 'kept' ? model.variables.length : 0;
  // Each variable has two moments, Adam two betas; ids and targets of each micro-batch, and the mask
  const expected = 3 * model.variables.length + kept + 2 + 2 * config.step.microBatches + 1;
  expect(afterOne[1] - before[1]).toBe(expected);
  const trained = model.variables.map((variable) => Array.from(variable.dataSync()));
  trainer.dispose();
  expect(existing()).toEqual(before);

  const plain = createTrainer(tf, configured({ microBatches: config.step.microBatches }), {
    createVariable: drawn(tf, 1, 0.3),
  });
  for (let n = 0; n < 3; n++) plain.step(() => {});
  expect(plain.model.variables.map((variable) => Array.from(variable.dataSync()))).toEqual(trained);
  plain.dispose();
});

const TEACHER = { teacherLayers: 1, teacherHiddenSize: 8, teacherHeads: 2, teacherFeedForwardSize: 12 };
const FAILING: Partial<Step>[] = [
  ...STEPS,
  { ...TEACHER, teacher: 'outside', backward: 'freeing', microBatches: 2 },
  { ...TEACHER, teacher: 'inside', backward: 'retaining' },
];

test.each(FAILING)('whatever operation of a step fails, no tensor is left, not even a kept gradient: %j', (step) => {
  // In half the loss is scaled, so that there is something between backward and the optimizer.
  const config = configured({ ...step, precision: 'mixed-float16' }, { layers: 1 });
  const before = existing();
  const casts = castsFor(runtime, config.step.precision);
  const trainer = createTrainer(tf, config, { createVariable: drawn(tf, 1, 0.3), casts });
  const run = (): void => trainer.step(() => {});
  run();
  const operations = withFailingOperation(native, -1, run);
  const kept = config.step.gradients === 'kept' ? trainer.model.variables.length : 0;
  const [tensors, handles] = existing();
  const left: unknown[] = [];
  const EVERY = 13; // one in so many is enough, and it is no multiple of how often anything repeats
  for (let index = 0; index < operations; index += EVERY) {
    expect(() => withFailingOperation(native, index, run)).toThrow('thrown by the device');
    if (String(existing()) !== String([tensors - kept, handles - kept])) left.push([index, existing()]);
  }
  expect(left).toEqual([]);
  expect(operations).toBeGreaterThan(20 * EVERY);
  run();
  expect(existing()).toEqual([tensors, handles]);
  trainer.dispose();
  casts?.remove();
  expect(existing()).toEqual(before);
});
