import { expect, test } from 'vitest';
import { configId } from '../../src/config/configId.ts';
import { PRESETS } from '../../src/config/presets.ts';
import { mergeConfigs, parsePartialConfig, resolveConfig } from '../../src/config/resolve.ts';
import { CONFIG_PATHS, runConfigSchema, valueAt } from '../../src/config/schema.ts';

test('derived defaults follow the merged values', () => {
  const { model } = resolveConfig({ model: { hiddenSize: 96, heads: 6 }, batch: { sequenceLength: 32 } });
  expect(model).toMatchObject({ headSize: 16, keyValueHeads: 6, feedForwardSize: 384, maxPositions: 32 });
});

test('what is said beats what is derived', () => {
  const { model } = resolveConfig({ model: { hiddenSize: 96, heads: 6, headSize: 32, feedForwardSize: 10 } });
  expect(model).toMatchObject({ headSize: 32, feedForwardSize: 10 });
});

test('later layers win, key by key', () => {
  const merged = mergeConfigs({ model: { layers: 1, heads: 2 } }, { batch: { size: 3 } }, { model: { heads: 4 } });
  expect(merged).toEqual({ model: { layers: 1, heads: 4 }, batch: { size: 3 } });
});

test('auto becomes the device that the caller found', () => {
  expect(resolveConfig({ runtime: { device: 'auto' } }, { autoDevice: 'gpu' }).runtime.device).toBe('gpu');
  expect(resolveConfig({}).runtime.device).toBe('cpu');
  expect(resolveConfig({ runtime: { device: 'cpu' } }, { autoDevice: 'gpu' }).runtime.device).toBe('cpu');
});

test.each([
  [{ model: { hiddenSize: 100, heads: 3 } }, 'model.heads = 3 does not divide model.hiddenSize = 100'],
  [{ model: { heads: 12, keyValueHeads: 5 } }, 'model.keyValueHeads = 5 does not divide model.heads = 12'],
  [{ model: { maxPositions: 16 }, batch: { sequenceLength: 32 } }, 'model.maxPositions = 16 is less than'],
  [{ step: { microBatches: 5 } }, 'step.microBatches = 5 does not divide batch.size = 12'],
  [{ runtime: { device: 'gpu', allocator: 'malloc' } }, 'runtime.allocator = malloc exists on the cpu only'],
] as const)('a contradiction names its keys: %j', (partial, text) => {
  expect(() => resolveConfig(partial)).toThrow(text);
});

test.each([
  [{ model: { layrs: 2 } }, 'unknown key: model.layrs'],
  [{ modle: {} }, 'unknown key: modle'],
  [{ model: { layers: -2 } }, 'model.layers'],
  [{ batch: { size: Number.NaN } }, 'batch.size'],
  [{ batch: { size: 1.5 } }, 'batch.size'],
  [{ model: { dropout: 1 } }, 'model.dropout'],
  [{ step: { optimizer: 'adma' } }, 'step.optimizer'],
  ['decoder', '(whole)'],
  [null, '(whole)'],
])('a wrong layer is refused by key: %j', (value, text) => {
  expect(() => parsePartialConfig(value)).toThrow(text);
});

test('the id depends on values, not on the order of keys or on what was left out', () => {
  const short = resolveConfig({ model: { layers: 2 } });
  const long = resolveConfig(JSON.parse(JSON.stringify({ batch: short.batch, step: short.step, model: short.model })));
  expect(configId(short)).toBe(configId(long));
  expect(configId(short)).toMatch(/^[0-9a-f]{12}$/);
  expect(configId(resolveConfig({ model: { layers: 3 } }))).not.toBe(configId(short));
});

test('a preset sets no key whose derived default is right', () => {
  for (const [name, preset] of Object.entries(PRESETS)) {
    for (const key of ['headSize', 'keyValueHeads', 'feedForwardSize'] as const) {
      const { [key]: said, ...others } = preset.model ?? {};
      if (said !== undefined)
        expect([name, key, resolveConfig({ ...preset, model: others }).model[key]]).not.toEqual([name, key, said]);
    }
  }
});

test('every path of the schema has a value in a complete configuration', () => {
  const config = resolveConfig({});
  expect(runConfigSchema.parse(config)).toEqual(config);
  for (const path of CONFIG_PATHS) expect([path, valueAt(config, path) !== undefined]).toEqual([path, true]);
});
