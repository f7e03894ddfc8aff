/** Every optimizer in whole training steps on TensorFlow: state and peak are the closed forms, to the byte. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runConfigSchema } from '../../src/config/schema.ts';
import { optimizerPeakBytes, optimizerStateBytes } from '../../src/estimators/exact/optimizerMemory.ts';
import { variableSizes } from '../../src/estimators/exact/parameterCount.ts';
import { tfjsClosedForm } from '../../src/estimators/exact/tfjs-closed-form.ts';
import type { MeasuredRecord, Reading } from '../../src/records/measurement.ts';
import { readRecords } from '../../src/records/store.ts';
import { FLOAT32_BYTES } from '../../src/units/bytes.ts';
import { memproof, temporaryFolder } from './memproof.ts';

const folder = temporaryFolder();
const MODELS = 3;
const OPTIMIZERS = runConfigSchema.shape.step.shape.optimizer.options;

let records: MeasuredRecord[];
beforeAll(() => {
  const { exitCode, stderr } = memproof('run', 'optimizers', '-o', folder, '--repeats', '2', '--jobs', '2');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`${MODELS * OPTIMIZERS.length} measured`)]);
  records = readRecords(join(folder, 'records.jsonl')).records.map((record) => {
    if (record.outcome !== 'measured') throw new Error(record.outcome);
    return record;
  });
}, 300_000); // twenty-four configurations; without times two at once

/** By tfjs's binding and by TensorFlow's own log. */
const LEDGERS = ['buffers', 'requested'] as const;

/** Of both measured steps; components are kept of the first. */
function both(
  record: MeasuredRecord,
  ledger: (typeof LEDGERS)[number],
  quantity: Reading['quantity'],
): readonly [Reading, Reading] {
  const [first, second, ...more] = record.readings.filter((one) => one.quantity === quantity && one.ledger === ledger);
  if (first === undefined || second === undefined || more.length > 0) throw new Error(quantity);
  return [first, second];
}

/** Bytes by component, of all layers together. */
function componentsOf({ components = [] }: Reading): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { component, bytes } of components) sums[component] = (sums[component] ?? 0) + bytes;
  return sums;
}

describe.each(OPTIMIZERS.flatMap((name) => LEDGERS.map((ledger) => [name, ledger] as const)))(
  '%s in %s',
  (name, ledger) => {
    const own = (): MeasuredRecord[] => {
      const found = records.filter(({ configuration }) => configuration.step.optimizer === name);
      expect(found).toHaveLength(MODELS);
      return found;
    };

    test('keeps the state of the closed form, beside weights that stay weights', () => {
      for (const record of own()) {
        const sizes = variableSizes(record.configuration);
        const weights = FLOAT32_BYTES * sizes.reduce((sum, size) => sum + size, 0);
        const state = optimizerStateBytes(name, sizes);
        const [steady, later] = both(record, ledger, 'steady');
        const { inputs, ...others } = componentsOf(steady);
        expect(others).toEqual({ weights, optimizer: state });
        expect(steady.bytes).toBe(weights + state + (inputs ?? 0));
        expect(later.bytes).toBe(steady.bytes);
      }
    });

    test('reaches the peak of the closed form over weights, state and gradients', () => {
      for (const record of own()) {
        const over = optimizerPeakBytes(name, variableSizes(record.configuration));
        const held = both(record, ledger, 'gradients-held');
        const peaks = both(record, ledger, 'optimizer-peak');
        expect(peaks.map(({ bytes }) => bytes)).toEqual(held.map(({ bytes }) => bytes + over));
        const before = componentsOf(held[0]);
        expect(componentsOf(peaks[0])).toEqual({ ...before, optimizer: (before['optimizer'] ?? 0) + over });
      }
    });

    test('leaves no byte without a component or a name', () => {
      for (const { readings, reconciliation } of own()) {
        const components = readings.flatMap((reading) => reading.components ?? []);
        expect(components.filter(({ component }) => component === 'unattributed')).toEqual([]);
        const named = reconciliation.filter(({ to }) => to !== 'process');
        expect(named.length).toBeGreaterThan(0);
        expect(named.filter(({ part, bytes }) => part === 'unexplained' && bytes !== 0)).toEqual([]);
      }
    });

    test('the closed form of a step has its components one by one', () => {
      const covered = own().map((record) => ({ record, predicted: tfjsClosedForm.predict(record.configuration) }));
      expect(covered.some(({ predicted }) => predicted['step-peak']?.kind === 'bytes')).toBe(true);
      for (const { record, predicted } of covered) {
        for (const quantity of ['steady', 'gradients-held', 'optimizer-peak', 'step-peak'] as const) {
          const prediction = predicted[quantity];
          if (quantity === 'step-peak' && prediction?.kind === 'unsupported') continue; // backward has a closed form for one model only
          if (prediction?.kind !== 'bytes') throw new Error(quantity);
          const parts = Object.entries(prediction.components).filter(([, bytes]) => bytes !== 0);
          const [reading, later] = both(record, ledger, quantity);
          expect([quantity, componentsOf(reading)]).toEqual([quantity, Object.fromEntries(parts)]);
          expect([reading.bytes, later.bytes]).toEqual([prediction.total, prediction.total]);
        }
      }
    });
  },
);

test('the peak of a step lies in the optimizer of some and in backward of others', () => {
  const phases = records.flatMap((record) => both(record, 'requested', 'step-peak').map(({ peak }) => peak?.phase));
  expect(new Set(phases)).toEqual(new Set(['backward', 'optimizer']));
});

test('the largest variable is the token embedding of some and another of others', () => {
  const first = records.map(({ configuration }) => {
    const sizes = variableSizes(configuration);
    return sizes.indexOf(Math.max(...sizes)) === 0;
  });
  expect(new Set(first)).toEqual(new Set([true, false]));
});
