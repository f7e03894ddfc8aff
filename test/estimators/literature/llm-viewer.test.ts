import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../../../src/estimators/deployment.ts';
import { groundOf } from '../../../src/estimators/estimator.ts';
import { llmViewer } from '../../../src/estimators/literature/llm-viewer.ts';
import { componentsOf, GPT2_SMALL, TINY, totalOf, withKeys } from '../sample.ts';

const inference = { step: { kind: 'inference', precision: 'float16' } } as const;
const TINY_HALF = withKeys(TINY, inference);
const GPT2_HALF = withKeys(GPT2_SMALL, inference);

describe('llm-viewer', () => {
  it('gives what the program answers for prefill', () => {
    expect(totalOf(llmViewer, GPT2_HALF, 'weights')).toBe(226492416);
    expect(totalOf(llmViewer, GPT2_HALF, 'kv-cache')).toBe(452984832);
    expect(totalOf(llmViewer, GPT2_HALF, 'inference-peak')).toBe(1604321280);
    expect(totalOf(llmViewer, TINY_HALF, 'inference-peak')).toBe(466944);
  });

  it('stores the outputs of all operators of one layer', () => {
    const [tokens, H, F] = [2 * 32, 64, 256];
    const cache = 2 * 2 * tokens * H * 2; // two layers, keys and values
    expect(componentsOf(llmViewer.predict(TINY_HALF)['inference-peak'])).toEqual({
      weights: 2 * 2 * (4 * H ** 2 + 3 * H * F), // with a gate that the model does not have
      attention: cache + 2 * (3 * tokens * H + 2 * 4 * 32 ** 2 * 2), // q, sv, out; scores and probabilities
      'feed-forward': 2 * (2 * tokens * F + 2 * tokens * H), // gate, up; act (priced at H), down
      normalization: 2 * 2 * tokens * H,
      residual: 2 * 2 * tokens * H,
    });
  });

  it('stores one output twice as large as the scores with flash attention, and no weighted values', () => {
    const [tokens, H] = [2 * 32, 64];
    const cache = 2 * 2 * tokens * H * 2;
    const fused = withKeys(TINY_HALF, { model: { attention: 'fused' } });
    expect(componentsOf(llmViewer.predict(fused)['inference-peak'])).toMatchObject({
      attention: cache + 2 * (2 * tokens * H + 2 * 4 * 32 ** 2 * 2), // q, out; "initialize O and save O"
    });
    expect(totalOf(llmViewer, fused, 'inference-peak')).toBe(466944 - 2 * tokens * H);
  });

  it('has any width of weights and of activations', () => {
    const [half, autocast, full] = (['float16', 'autocast-float16', 'float32'] as const).map((precision) =>
      withKeys(TINY_HALF, { step: { precision } }),
    );
    if (half === undefined || autocast === undefined || full === undefined) throw new Error();
    expect(totalOf(llmViewer, full, 'inference-peak')).toBe(2 * totalOf(llmViewer, half, 'inference-peak'));
    expect(totalOf(llmViewer, autocast, 'weights')).toBe(totalOf(llmViewer, full, 'weights'));
    expect(totalOf(llmViewer, autocast, 'kv-cache')).toBe(totalOf(llmViewer, half, 'kv-cache'));
  });

  it('knows one device and one stack', () => {
    const spread = deploymentSchema.parse({ tensorParallel: 2 });
    expect(llmViewer.predict(TINY_HALF, spread).weights?.kind).toBe('unsupported');
    const stacks = withKeys(TINY_HALF, { model: { architecture: 'encoder-decoder' } });
    expect(llmViewer.predict(stacks).weights?.kind).toBe('unsupported');
  });

  it('assumes three matrices in the feed-forward block', () => {
    expect(groundOf(llmViewer, TINY_HALF).config.model).toMatchObject({ gatedFeedForward: true, biases: false });
  });
});
