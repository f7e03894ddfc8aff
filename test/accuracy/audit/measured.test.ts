/** What records say of claims: only where they speak, and only what they say. */
import { describe, expect, it, test } from 'vitest';
import { auditArticle } from '../../../src/accuracy/audit/index.ts';
import type { PartialConfig } from '../../../src/config/schema.ts';
import { exactParameterCount } from '../../../src/estimators/exact/parameterCount.ts';
import type { MeasurementRecord, Reading } from '../../../src/records/measurement.ts';
import type { Component } from '../../../src/records/quantity.ts';
import { exampleConfig, exampleReading, measuredRecord, unmeasuredRecord } from '../../records/exampleRecord.ts';

const measuredOf = (records: readonly MeasurementRecord[], id: string) => {
  const claim = auditArticle(records).claims.find((candidate) => candidate.id === id);
  if (claim === undefined) throw new Error(id);
  return claim.measured;
};
const part = (component: Component, bytes: number, layer: number | null = null) => ({ component, layer, bytes });

/** L 2, H 8, a 2, V 16, B 1, S 4. */
function record(readings: Partial<Reading>[], partial: PartialConfig = {}) {
  const configuration = exampleConfig(partial);
  return measuredRecord(
    readings.map((reading) => exampleReading(reading.bytes ?? 0, { ledger: 'requested', ...reading })),
    { configuration },
  );
}

describe('nobody speaks', () => {
  it.each([
    ['no records', []],
    ['records without a measurement', [unmeasuredRecord('out-of-memory'), unmeasuredRecord('failed')]],
    ['readings of ledgers that are no memory', [record([{ quantity: 'step-peak', bytes: 7, ledger: 'tensors' }])]],
    ['a quantity of which the article says nothing', [record([{ quantity: 'gradients-held', bytes: 7 }])]],
  ])('%s: nothing is measured', (_name, records) => {
    for (const { id, measured } of auditArticle(records).claims) expect([id, measured]).toEqual([id, null]);
  });

  it('needs both numbers of a ratio, and components where it is about one', () => {
    const records = [
      record([
        { quantity: 'step-peak', bytes: 7 },
        { quantity: 'steady', bytes: 9 },
      ]),
    ];
    expect(measuredOf(records, 'training-fourfold')).toBeNull();
    expect(measuredOf(records, 'steady-optimizer')).toBeNull();
    expect(measuredOf(records, 'peak-place')).toBeNull();
    expect(measuredOf(records, 'peak-total')?.count).toBe(1);
  });

  it('makes no pair of records that differ in two things, or in the machine', () => {
    const weights = (bytes: number, partial: PartialConfig) => record([{ quantity: 'weights', bytes }], partial);
    const narrow = weights(100, { model: { feedForwardSize: 32 } });
    const other = weights(200, { model: { feedForwardSize: 64, layers: 3 } });
    const elsewhere = { ...weights(200, { model: { feedForwardSize: 64 } }), environmentHash: 'another' };
    expect(measuredOf([narrow, other, elsewhere], 'feed-forward-formula')).toBeNull();
  });
});

test.each([
  ['another norm', { model: { normalization: 'rms-norm' } }],
  ['a gated network', { model: { gatedFeedForward: true } }],
  ['two stacks', { model: { architecture: 'encoder-decoder' } }],
  ['recomputed activations', { step: { checkpointing: 'block' } }],
] as const)('the activations of %s are none of the article', (_name, partial) => {
  const components = [part('normalization', 9)];
  const records = [
    record(
      [
        { quantity: 'activations', bytes: 9, components },
        { quantity: 'step-peak', bytes: 9 },
      ],
      partial,
    ),
  ];
  for (const id of ['norm-activations', 'activations-total', 'peak-total'])
    expect([id, measuredOf(records, id)]).toEqual([id, null]);
});

test('E is that of a micro-batch', () => {
  const E = 2 * 4 * 8;
  const partial = { batch: { size: 6 }, step: { microBatches: 3 } };
  const norms = 2 * 2 + 1;
  const components = [part('normalization', 20 * norms * E)];
  const records = [record([{ quantity: 'activations', bytes: 20 * norms * E, components }], partial)];
  expect(measuredOf(records, 'norm-activations')?.values).toEqual([{ value: 20, count: 1 }]);
});

test('the feed-forward formula is measured by what a wider d_ff adds', () => {
  const [narrow, wide] = [32, 40].map((feedForwardSize) => {
    const partial = { model: { feedForwardSize } };
    return record([{ quantity: 'weights', bytes: 4 * exactParameterCount(exampleConfig(partial)) }], partial);
  });
  if (narrow === undefined || wide === undefined) throw new Error('two records');
  const measured = measuredOf([wide, narrow], 'feed-forward-formula');
  expect(measured).toMatchObject({ claimed: 1, count: 1, agreeing: 1, values: [{ value: 1, count: 1 }] });
  expect(measured?.observations).toEqual([{ configIds: [narrow.configId, wide.configId], value: 1 }]);
});

test('a factor of the weights, from each record', () => {
  const rows = [400, 700].map((bytes, layers) =>
    record(
      [
        { quantity: 'step-peak', bytes },
        { quantity: 'weights', bytes: 100 },
      ],
      { model: { layers: layers + 1 } },
    ),
  );
  const measured = measuredOf(rows, 'training-fourfold');
  expect(measured).toMatchObject({ claimed: 4, count: 2, agreeing: 1 });
  expect(measured?.values).toEqual([
    { value: 4, count: 1 },
    { value: 7, count: 1 },
  ]);
  expect(measuredOf(rows, 'inference-twice')).toBeNull();
  const inference = record([
    { quantity: 'inference-peak', bytes: 150 },
    { quantity: 'weights', bytes: 100 },
  ]);
  expect(measuredOf([inference], 'inference-twice')?.values).toEqual([{ value: 1.5, count: 1 }]);
});

test('the steady state by its parts; gradients that are not there are 0, not unmeasured', () => {
  const P = exactParameterCount(exampleConfig());
  const components = [part('weights', 4 * P), part('optimizer', 8 * P), part('inputs', 32)];
  const records = [record([{ quantity: 'steady', bytes: 12 * P + 32, components }])];
  expect(measuredOf(records, 'steady-weights')).toMatchObject({ agreeing: 1 });
  expect(measuredOf(records, 'steady-optimizer')).toMatchObject({ agreeing: 1 });
  expect(measuredOf(records, 'steady-gradients')?.values).toEqual([{ value: 0, count: 1 }]);
  expect(measuredOf(records, 'steady-inputs')?.values).toEqual([{ value: 8, count: 1 }]);
  expect(measuredOf(records, 'steady-total')?.values).toEqual([{ value: 12, count: 1 }]);
});

test('the place of the peak: phase and component', () => {
  const at = (layers: number, phase: 'backward' | 'optimizer', component: Component) =>
    record([{ quantity: 'step-peak', bytes: 9, peak: { phase, kernel: 'Mul', component } }], { model: { layers } });
  const records = [at(1, 'backward', 'loss'), at(2, 'backward', 'attention'), at(3, 'optimizer', 'optimizer')];
  expect(measuredOf(records, 'peak-phase')).toMatchObject({ claimed: 'backward', count: 3, agreeing: 2 });
  expect(measuredOf(records, 'peak-place')).toMatchObject({ claimed: 'backward, loss', agreeing: 1 });
  expect(measuredOf(records, 'peak-phase')?.values).toEqual([
    { value: 'backward', count: 2 },
    { value: 'optimizer', count: 1 },
  ]);
});

test('heads, columns of d_ff, tokens and layers by what one more of them keeps', () => {
  const activations = (bytes: number, model: NonNullable<PartialConfig['model']> = {}) =>
    record([{ quantity: 'activations', bytes }], { model: { feedForwardSize: 32, ...model } });
  const base = activations(10_000);
  const more = (bytes: number, model: NonNullable<PartialConfig['model']>) => [
    base,
    activations(10_000 + bytes, model),
  ];
  const [L, H, B, S] = [2, 8, 1, 4];
  expect(measuredOf(more(12 * L * B * S * S * 2, { heads: 4 }), 'attention-matrix')?.values[0]?.value).toBe(12);
  expect(measuredOf(more(28 * L * B * S * 3, { feedForwardSize: 35 }), 'second-linear')?.values[0]?.value).toBe(28);
  expect(measuredOf(more(8 * B * S * 5, { vocabularySize: 21 }), 'logits')?.values[0]?.value).toBe(8);
  const articlesLayer = 14 * B * S * H + 4 * B * S * S;
  expect(measuredOf(more(3 * articlesLayer, { layers: 3 }), 'activations-list')?.values[0]?.value).toBe(3);
});

test('requested before buffers, and the first step after the warm-up', () => {
  const weights = { quantity: 'weights', bytes: 100, step: 0 } as const;
  const records = [
    record([
      { quantity: 'step-peak', bytes: 500, ledger: 'buffers' },
      { quantity: 'step-peak', bytes: 900, repeat: 2, step: 4 },
      { quantity: 'step-peak', bytes: 800 },
      weights,
    ]),
  ];
  expect(measuredOf(records, 'training-fourfold')?.values).toEqual([{ value: 8, count: 1 }]);
});
