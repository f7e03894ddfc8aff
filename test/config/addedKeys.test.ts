import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { configId } from '../../src/config/configId.ts';
import { PRESETS } from '../../src/config/presets.ts';
import { mergeConfigs, resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig } from '../../src/config/schema.ts';
import { inconsistency, measurementRecordSchema } from '../../src/records/measurement.ts';

const baselines = new URL('../../results/baselines/cpu/', import.meta.url);
const committed = (file: string): string[] => readFileSync(new URL(file, baselines), 'utf8').trim().split('\n');

test('GPT-2 small keeps the id that it had without the key, and has another with fused attention', () => {
  const preset = PRESETS['gpt2-small'] ?? {};
  expect(configId(resolveConfig(preset))).toBe('0f56c7a5b321');
  expect(configId(resolveConfig(mergeConfigs(preset, { model: { attention: 'unfused' } })))).toBe('0f56c7a5b321');
  expect(configId(resolveConfig(mergeConfigs(preset, { model: { attention: 'fused' } })))).not.toBe('0f56c7a5b321');
});

test('a configuration without a teacher keeps its id, and each size of one counts', () => {
  const distilled = (step: PartialConfig['step']) => configId(resolveConfig({ step }));
  expect(distilled({ teacher: 'none', teacherLayers: null, teacherHeads: null })).toBe('0f56c7a5b321');
  const ids = [
    {},
    { teacher: 'outside' },
    { teacher: 'inside' },
    { teacher: 'outside', teacherLayers: 12 },
    { teacher: 'outside', teacherHiddenSize: 1536 },
    { teacher: 'outside', teacherHeads: 24 },
    { teacher: 'outside', teacherFeedForwardSize: 1 },
  ] as const;
  expect(new Set(ids.map(distilled)).size).toBe(ids.length);
  expect(distilled({ teacher: 'outside', teacherLayers: 24 })).toBe(distilled({ teacher: 'outside' })); // its default
});

describe('a record from before a key', () => {
  const files = readdirSync(baselines).filter((file) => file.endsWith('.jsonl'));

  it.each(files)('%s: every one keeps its id and its attention is unfused', (file) => {
    for (const line of committed(file)) {
      const record = measurementRecordSchema.parse(JSON.parse(line));
      expect(inconsistency(record)).toBeNull();
      expect(record.configuration.model.attention).toBe('unfused');
    }
  });

  const [first = ''] = committed('quickstart.jsonl');
  const withModel = (change: object) => {
    const record = JSON.parse(first);
    return { ...record, configuration: { ...record.configuration, model: change } };
  };
  const { model } = JSON.parse(first).configuration;

  it('has what it says where it does say it', () => {
    const fused = measurementRecordSchema.parse(withModel({ ...model, attention: 'fused' }));
    expect(fused.configuration.model.attention).toBe('fused');
    expect(inconsistency(fused)).toContain('is not that of its configuration');
  });

  it.each([[{ ...model, layers: undefined }], [{ ...model, attention: 'flash' }], [null], ['decoder']])(
    'is refused without any other key, or with a wrong value: %j',
    (change) => {
      expect(measurementRecordSchema.safeParse(withModel(change)).success).toBe(false);
    },
  );
  it.each([[null], ['GPT-2'], [undefined]])('is refused where the configuration is none: %j', (configuration) => {
    expect(measurementRecordSchema.safeParse({ ...JSON.parse(first), configuration }).success).toBe(false);
  });
});
