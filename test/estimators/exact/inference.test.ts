/** The closed form of inference: on TensorFlow, and on random models of the whole family against inference itself on shapes. */
import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.ts';
import type { PartialConfig, RunConfig } from '../../../src/config/schema.ts';
import { tfjsInferenceClosedForm } from '../../../src/estimators/exact/tfjs-inference-closed-form.ts';
import { totalOf } from '../sample.ts';
import { expectExactOnShapes, runs, timeout } from './exactOnShapes.ts';
import { expectExact } from './exactOnTensorflow.ts';
import { inferenceConfigs } from './randomConfigs.ts';

const configured = (model: PartialConfig['model'], step: PartialConfig['step'], promptLength?: number): RunConfig =>
  resolveConfig({
    model: { layers: 2, hiddenSize: 24, heads: 4, feedForwardSize: 50, vocabularySize: 31, ...model },
    batch: { size: 3, sequenceLength: 9, ...(promptLength !== undefined && { promptLength }) },
    step: { kind: 'inference', ...step },
  });

const PASS = ['steady', 'prefill-peak', 'inference-peak'] as const;
const GENERATION = [...PASS, 'decode-peak', 'kv-cache'] as const;

describe('on TensorFlow, component by component', () => {
  test('a pass', () => {
    const none = { keyValueCache: 'none' } as const;
    const configs = [
      configured({}, none),
      configured({ architecture: 'encoder', positions: 'sinusoidal' }, { ...none, precision: 'float16' }),
      configured({ architecture: 'encoder-decoder', keyValueHeads: 2 }, { ...none, precision: 'bfloat16' }),
      configured({ gatedFeedForward: true, activation: 'silu', biases: false }, { ...none, precision: 'int8-weights' }),
      configured(
        { architecture: 'encoder-decoder', normalizationPlacement: 'post' },
        { ...none, precision: 'int8-weights' },
      ),
    ];
    expectExact(configs, PASS, tfjsInferenceClosedForm);
  }, 60_000);

  test('generation', () => {
    const configs = [
      configured({}, {}),
      configured({ heads: 1 }, { keyValueCache: 'preallocated' }, 1),
      configured({ positions: 'rotary', keyValueHeads: 2, headSize: 8 }, { keyValueCache: 'preallocated' }, 4),
      configured({ positions: 'rotary', keyValueHeads: 1 }, { precision: 'bfloat16' }, 8),
      configured({ positions: 'sinusoidal', normalization: 'rms-norm' }, { precision: 'int8-weights' }, 1),
      configured({ normalizationPlacement: 'post' }, { keyValueCache: 'preallocated', precision: 'float16' }, 9),
    ];
    expectExact(configs, GENERATION, tfjsInferenceClosedForm);
  }, 60_000);
});

test('on shapes, every component of every quantity', { timeout }, () => {
  const counts = expectExactOnShapes(tfjsInferenceClosedForm, inferenceConfigs);
  for (const quantity of ['weights', ...PASS]) expect(counts.get(quantity)).toBe(runs);
  for (const quantity of ['decode-peak', 'kv-cache']) expect(counts.get(quantity)).toBeGreaterThan(runs / 5);
});

/** As the documentation states them. */
describe('the polynomials', () => {
  test('a decode step holds the whole cache and one layer of it again', () => {
    const [B, H, heads] = [3, 24, 4];
    const at = (layers: number, sequenceLength: number) => {
      const config = resolveConfig({
        model: { layers, hiddenSize: H, heads, feedForwardSize: 50, vocabularySize: 31 },
        batch: { size: B, sequenceLength, promptLength: 1 },
        step: { kind: 'inference' },
      });
      const [steady, peak, cache] = (['steady', 'decode-peak', 'kv-cache'] as const).map((quantity) =>
        totalOf(tfjsInferenceClosedForm, config, quantity),
      ) as [number, number, number];
      return { beside: peak - steady - cache, cache };
    };
    expect(at(5, 9).cache).toBe(2 * 5 * H * B * 9 * 4);
    // What blocks leave: one row of the stream.
    expect(at(5, 9).beside - at(4, 9).beside).toBe(B * H * 4);
    // With each token more, of the old entry a token, and three rows of scores: the product, scaled, and softmax.
    for (const layers of [1, 5])
      expect(at(layers, 90).beside - at(layers, 89).beside).toBe(2 * H * B * 4 + 3 * B * heads * 4);
  });

  test('of a generation no simulation would come to the end of', () => {
    const config = resolveConfig({
      model: { layers: 2 },
      batch: { sequenceLength: 100_000 },
      step: { kind: 'inference' },
    });
    expect(totalOf(tfjsInferenceClosedForm, config, 'kv-cache')).toBe(
      2 * 2 * config.model.hiddenSize * 4 * config.batch.size * 100_000,
    );
  });

  test('a length, a width or a vocabulary of one has no peak', () => {
    for (const change of [
      { model: { vocabularySize: 1 } },
      { model: { hiddenSize: 1, heads: 1 } },
      { batch: { sequenceLength: 1 } },
    ]) {
      const { steady, 'inference-peak': peak } = tfjsInferenceClosedForm.predict(
        resolveConfig({ ...change, step: { kind: 'inference', keyValueCache: 'none' } }),
      );
      expect([steady?.kind, peak?.kind]).toEqual(['bytes', 'unsupported']);
    }
  });

  test('training is not inference', () => {
    const predicted = Object.values(tfjsInferenceClosedForm.predict(resolveConfig({})));
    expect(predicted).toHaveLength(tfjsInferenceClosedForm.predicts.length);
    for (const prediction of predicted) expect(prediction.kind).toBe('unsupported');
  });
});
