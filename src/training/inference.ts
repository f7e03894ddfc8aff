/** Inference: one forward pass over everything, or generation, token by token, with keys and values kept. */
import type { RunConfig } from '../config/schema.ts';
import { component } from '../model/component.ts';
import { createKeyValueCache, type KeyValueCache } from '../model/keyValueCache.ts';
import type { Model } from '../model/model.ts';
import { quantization } from '../model/quantization.ts';
import type { Tensor2D, Tf } from '../model/tensorflow.ts';
import { createTransformer } from '../model/transformer.ts';
import { narrowed } from '../model/variables.ts';
import type { Mark } from '../records/mark.ts';
import { disposeBatch, type Prompt, patternPrompt } from './batch.ts';
import type { Trainer, TrainerOptions } from './trainer.ts';

/** As `createTrainer`; a step is a whole pass or a whole generation, and leaves nothing behind. */
export function createInference(
  tf: Tf,
  config: RunConfig,
  { createVariable, onWeights = () => {}, casts = null }: TrainerOptions,
): Trainer {
  const quantized =
    casts !== null && config.step.precision === 'int8-weights' ? quantization(tf, createVariable, casts) : null;
  const create = quantized?.create ?? (casts === null ? createVariable : narrowed(createVariable, casts));
  const techniques = { casts, dequantized: quantized?.dequantized ?? null };
  const model = createTransformer(tf, config, create, { onWeights, ...techniques });
  const prompt = patternPrompt(tf, config);
  const { keyValueCache: policy } = config.step;
  const { sequenceLength } = config.batch;
  return {
    model,
    prepare() {},
    step(mark) {
      if (policy === 'none') readAtOnce(tf, model, prompt, mark);
      else generate(tf, model, prompt.ids, createKeyValueCache(tf, policy, sequenceLength), sequenceLength, mark);
    },
    dispose: () => {
      disposeBatch(prompt);
      model.dispose();
      quantized?.dispose();
    },
  };
}

/** The logits of every token [N, V]. */
function readAtOnce(tf: Tf, model: Model, prompt: Prompt, mark: (mark: Mark) => void): void {
  mark('i0');
  const logits = tf.tidy(() => model.logits(prompt));
  mark('i1');
  logits.dispose();
  mark('i3');
}

/** Greedy: the likeliest token is the next one. The last token is read, too; what would follow it is computed and dropped. */
function generate(
  tf: Tf,
  model: Model,
  prompt: Tensor2D,
  cache: KeyValueCache,
  sequenceLength: number,
  mark: (mark: Mark) => void,
): void {
  const { next } = model;
  if (next === null) throw new Error('an architecture that does not generate');
  /** [B, n] → [B, 1] */
  const likeliest = (ids: Tensor2D): Tensor2D =>
    tf.tidy(() => {
      const logits = next(ids, cache); // [B, V]
      return component('head', () => tf.reshape(tf.argMax(logits, 1), [logits.shape[0], 1]));
    });
  let token: Tensor2D | null = null;
  try {
    mark('i0');
    token = likeliest(prompt);
    mark('i1');
    while (cache.length < sequenceLength) {
      const following: Tensor2D = likeliest(token);
      token.dispose();
      token = following;
    }
    token.dispose();
    token = null;
    mark('i2');
  } finally {
    token?.dispose();
    cache.dispose();
  }
  mark('i3');
}
