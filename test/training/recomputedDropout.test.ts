/** Dropout under recomputation: what is run again drops what it dropped, and the next step drops something else. */
import { afterEach, expect, test } from 'vitest';
import type { PartialConfig } from '../../src/config/schema.ts';
import type { Tensor } from '../../src/model/tensorflow.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { loadRuntime } from '../../src/runtime/load.ts';
import { disposeBatch, patternBatch } from '../../src/training/batch.ts';
import { createCheckpoint } from '../../src/training/checkpoint.ts';
import { BACKWARDS } from '../../src/training/trainer.ts';
import { tinyConfig, unalike } from '../model/tinyModel.ts';

const { tf } = loadRuntime('tensorflow');
afterEach(() => tf.disposeVariables()); // of a test that failed half way

/** Loss and gradients of the same batch and weights, `count` times one after the other. */
function inTurn(model: PartialConfig['model'], step: NonNullable<PartialConfig['step']>, count: number): number[][][] {
  const config = tinyConfig(model, step);
  const differentiate = BACKWARDS[config.step.backward];
  const built = createTransformer(tf, config, unalike(tf), { checkpoint: createCheckpoint(tf, differentiate) });
  const batch = patternBatch(tf, config);
  const results = Array.from({ length: count }, () => {
    const { value, gradients } = differentiate(tf, () => built.loss(batch), built.variables);
    const tensors = [value, ...gradients] as Tensor[];
    const numbers = tensors.map((tensor) => Array.from(tensor.dataSync()));
    tf.dispose(tensors);
    return numbers;
  });
  disposeBatch(batch);
  built.dispose();
  return results;
}

const TECHNIQUES = (['autodiff', 'minimal'] as const).flatMap((savedTensors) =>
  (['retaining', 'freeing'] as const).map((backward) => ({ savedTensors, backward })),
);

test.each(TECHNIQUES)('every policy reproduces the masks of each step, and no two steps have the same: %j', (step) => {
  // Three layers: √L recomputes two together. Of an encoder–decoder with so many it would add up gradients in another order.
  for (const model of [{ layers: 3 }, { architecture: 'encoder-decoder', layers: 2 }] as const) {
    const stored = inTurn({ ...model, dropout: 0.3 }, step, 3);
    const losses = stored.map(([loss]) => loss?.[0]);
    expect(new Set(losses).size).toBe(3);
    for (const checkpointing of ['block', 'sqrt', 'selective'] as const) {
      const recomputed = inTurn({ ...model, dropout: 0.3 }, { ...step, checkpointing }, 3);
      expect(recomputed, `${model.layers} layers, ${checkpointing}`).toEqual(stored);
    }
    const [first, second] = inTurn(model, step, 2); // without dropout nothing is drawn
    expect(second).toEqual(first);
  }
});
