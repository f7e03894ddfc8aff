import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf } from '../../../src/estimators/estimator.ts';
import { llmAnalysisInfer } from '../../../src/estimators/literature/llm-analysis-infer.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const inference = { step: { kind: 'inference', precision: 'float16' } } as const;
const TINY_HALF = withKeys(TINY, inference);
const GPT2_HALF = withKeys(GPT2_SMALL, inference);

describe('llm-analysis-infer', () => {
  it('gives weights of two bytes, and keys and values of every token', () => {
    expect(totalOf(llmAnalysisInfer, TINY_HALF, 'weights')).toBe(213632);
    expect(totalOf(llmAnalysisInfer, TINY_HALF, 'kv-cache')).toBe(2 * 2 * 32 * 64 * 2 * 2);
    const grouped = withKeys(TINY_HALF, { model: { keyValueHeads: 1 } });
    expect(totalOf(llmAnalysisInfer, grouped, 'kv-cache')).toBe((2 * 2 * 32 * 64 * 2 * 2) / 4);
  });

  it('peaks at the logits of the prompt, or at the cache and the next token', () => {
    expect(componentsOf(llmAnalysisInfer.predict(GPT2_HALF)['inference-peak'])).toEqual({
      weights: 247174656,
      head: 1236271104,
    });
    // A cache of 32 KiB and logits of the next token above the 32 KiB of the widest tensor of the prompt.
    const cache = 2 * 2 * 32 * 64 * 2 * 2;
    expect(componentsOf(llmAnalysisInfer.predict(TINY_HALF)['inference-peak'])).toEqual({
      weights: 213632,
      attention: cache,
      'feed-forward': 2 * 4 * 2 * 64,
    });
  });

  it('shards no layer by ZeRO-3', () => {
    const zero = deploymentSchema.parse({ zeroStage: 3, dataParallel: 4 });
    const outside = 128 * 64 + 64; // embedding and last norm
    expect(llmAnalysisInfer.predict(TINY_HALF, zero)['weights']).toMatchObject({
      total: 2 * (106816 - outside) + (2 * outside) / 4,
    });
  });

  it.each([
    ['float32', { step: { precision: 'float32' } }],
    ['a second stack', { model: { architecture: 'encoder-decoder' } }],
    ['a feed-forward width of its own without grouped heads', { model: { feedForwardSize: 100 } }],
  ] as const)('has nothing for %s', (_what, change) => {
    for (const prediction of Object.values(llmAnalysisInfer.predict(withKeys(TINY_HALF, change))))
      expect(prediction.kind).toBe('unsupported');
  });

  it('has no ground that is built', () => {
    const { unmet } = groundOf(llmAnalysisInfer, TINY_HALF);
    expect(unmet).toEqual(expect.arrayContaining(['buffer-reuse', 'flash-attention']));
  });
});
