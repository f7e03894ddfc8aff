import { describe, expect, test } from 'vitest';
import { deeper, layerShares } from '../../../src/accuracy/residuals/layerShare.ts';
import type { RunConfig } from '../../../src/config/schema.ts';
import { fail } from '../../../src/errors.ts';
import { type Estimator, itemised, unsupported } from '../../../src/estimators/estimator.ts';
import { tfjsClosedForm } from '../../../src/estimators/exact/tfjs-closed-form.ts';
import type { Ledger } from '../../../src/records/quantity.ts';
import { exampleConfig } from '../../records/exampleRecord.ts';
import { exampleEstimator } from '../exampleEstimator.ts';

/** What is said of attention where a formula says `bytesOf(layers)` of it, in a model of two layers. */
function shareOf(bytesOf: (layers: number) => number) {
  const config = exampleConfig();
  const estimator = exampleEstimator({
    predict: ({ model }) => ({ 'step-peak': itemised({ attention: bytesOf(model.layers) }) }),
  });
  return layerShares(estimator, config, deeper(config))('step-peak', 'requested', 'attention');
}

test('one more layer tells a layer and what is outside', () => {
  expect(shareOf((layers) => 10 * layers + 3)).toEqual({ perLayerBytes: 10, outsideBytes: 3 });
  expect(shareOf(() => 7)).toEqual({ perLayerBytes: 0, outsideBytes: 7 });
});

test.each([
  ['a square', (layers: number) => layers ** 2, 'not linear in layers'],
  ['a root', (layers: number) => 8 * Math.round(Math.sqrt(layers)), 'not linear in layers'],
  ['less than its layers', (layers: number) => 10 * layers - 1, 'less than nothing'],
  ['fewer with more layers', (layers: number) => 100 - 10 * layers, 'less than nothing'],
])('%s is not divided', (_, bytesOf, why) => {
  expect(shareOf(bytesOf)).toBe(why);
});

test('of nothing there is nothing anywhere, whatever deeper models have', () => {
  const nothing = { perLayerBytes: 0, outsideBytes: 0 };
  expect(shareOf((layers) => 10 * (layers - 2))).toEqual(nothing);
  const config = exampleConfig();
  expect(layerShares(exampleEstimator(), config, [null, null])('step-peak', 'requested', 'unattributed')).toEqual(
    nothing,
  );
});

describe('a formula that does not answer for more layers is no failure', () => {
  const config = exampleConfig();
  const answer = { 'step-peak': itemised({ attention: 10 }) };

  test.each([
    ['unsupported', () => ({ 'step-peak': unsupported('two layers only') })],
    ['no prediction', () => ({})],
    [
      'an error of a formula from a file',
      () => {
        throw fail('E_ESTIMATOR_ANSWER', { id: 'x', file: 'x.mjs', detail: '' });
      },
    ],
  ])('%s', (_, deep) => {
    const predict: Estimator['predict'] = ({ model }) => (model.layers > 2 ? deep() : answer);
    for (const said of [{ predict }, { predict, predictIn: (_: Ledger, config: RunConfig) => predict(config) }]) {
      const share = layerShares(exampleEstimator(said), config, deeper(config));
      expect(share('step-peak', 'requested', 'attention')).toBe('silent on more layers');
    }
  });

  test('no configuration with more layers', () => {
    const deepest = exampleConfig({ model: { layers: 10_000 } });
    expect(deeper(deepest)).toEqual([null, null]);
    const estimator = exampleEstimator({ predict: () => answer });
    expect(layerShares(estimator, deepest, deeper(deepest))('step-peak', 'requested', 'attention')).toBe(
      'silent on more layers',
    );
  });

  test('any other error is one of ours and goes on', () => {
    const estimator = exampleEstimator({
      predict: ({ model }) => {
        if (model.layers > 2) throw new TypeError('a bug');
        return answer;
      },
    });
    expect(() => layerShares(estimator, config, deeper(config))).toThrow('a bug');
  });
});

test('the exact tape of √L checkpointing is judged as a whole where a segment more begins', () => {
  const config = exampleConfig({ model: { layers: 4 }, batch: { size: 2 }, step: { checkpointing: 'sqrt' } });
  const share = layerShares(tfjsClosedForm, config, deeper(config));
  expect(share('activations', 'requested', 'residual')).toBe('not linear in layers');
  expect(share('weights', 'requested', 'weights')).toMatchObject({ perLayerBytes: 4 * (12 * 8 * 8 + 13 * 8) }); // 12H² + 13H floats
});

test('a formula whose numbers differ from ledger to ledger is asked about each', () => {
  const config = exampleConfig();
  const said =
    (each: number) =>
    ({ model }: typeof config) => ({ 'step-peak': itemised({ attention: each * model.layers }) });
  const estimator = exampleEstimator({
    predict: said(10),
    predictIn: (ledger, config) => said(ledger === 'requested' ? 10 : 8)(config),
  });
  const share = layerShares(estimator, config, deeper(config));
  const perLayer = (['requested', 'buffers'] as const).map((ledger) => share('step-peak', ledger, 'attention'));
  expect(perLayer).toEqual([
    { perLayerBytes: 10, outsideBytes: 0 },
    { perLayerBytes: 8, outsideBytes: 0 },
  ]);
});
