/** A model small enough for finite differences, with values that are not all alike. */
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import type { Batch, Model } from '../../src/model/model.ts';
import type { Tf } from '../../src/model/tensorflow.ts';
import { createTools, type Tools } from '../../src/model/tools.ts';
import { createTransformer } from '../../src/model/transformer.ts';
import { drawn } from '../../src/model/variables.ts';
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

/** Weights with a deviation of 0.3: at GPT-2's 0.02 a model of width 8 has gradients too small to compare. */
export function tinyModel(tf: Tf, config: RunConfig, seed = 1): Model {
  return createTransformer(tf, config, drawn(tf, seed, 0.3));
}

/** For one operation by itself. */
export const toolsFor = (tf: Tf, step: PartialConfig['step'] = {}): Tools => createTools(tf, tinyConfig({}, step).step);

export const tinyBatch = (tf: Tf, config: RunConfig) => patternBatch(tf, config);

export function disposeBatch(tf: Tf, { ids, targets, source }: Batch): void {
  tf.dispose([ids, targets, ...(source === null ? [] : [source])]);
}
