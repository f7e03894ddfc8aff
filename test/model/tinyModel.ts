/** A model small enough for finite differences, with values that are not all alike. */
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import type { Batch, Model } from '../../src/model/model.ts';
import type { Tf } from '../../src/model/tensorflow.ts';
import { createTools, type Tools } from '../../src/model/tools.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { type CreateVariable, drawn } from '../../src/model/variables.ts';
import { patternBatch } from '../../src/training/batch.ts';

export function tinyConfig(model: PartialConfig['model'] = {}, step: PartialConfig['step'] = {}): RunConfig {
  return resolveConfig({
    model: {
      layers: 2,
      hiddenSize: 8,
      heads: 2,
      feedForwardSize: 12,
      vocabularySize: 11,
      tiedEmbedding: false,
      ...model,
    },
    batch: { size: 2, sequenceLength: 5 },
    step,
  });
}

/**
 * Weights with a deviation of 0.3: at GPT-2's 0.02 a model of width 8 has gradients too small to compare. Gains and biases are drawn too,
 * about their usual 1 and 0: where all are alike a gradient may forget them, and nothing shows.
 */
export function unalike(tf: Tf, seed = 1): CreateVariable {
  const create = drawn(tf, seed, 0.3);
  let index = 0;
  return (name, shape, role) => {
    const variable = create(name, shape, role);
    index += 1;
    if (role === 'weight') return variable;
    const deviation = role === 'gain' ? 0.2 : 0.1;
    tf.tidy(() =>
      variable.assign(tf.add(variable, tf.randomNormal(shape, 0, deviation, 'float32', seed + 1000 + index))),
    );
    return variable;
  };
}

export function tinyModel(tf: Tf, config: RunConfig, seed = 1): Model {
  return createTransformer(tf, config, unalike(tf, seed));
}

/** For one operation by itself. */
export const toolsFor = (tf: Tf, step: PartialConfig['step'] = {}): Tools => createTools(tf, tinyConfig({}, step).step);

export const tinyBatch = (tf: Tf, config: RunConfig) => patternBatch(tf, config);

export function disposeBatch(tf: Tf, { ids, targets, source }: Batch): void {
  tf.dispose([ids, targets, ...(source === null ? [] : [source])]);
}
