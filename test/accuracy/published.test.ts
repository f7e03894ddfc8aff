/** Published formulas on what they were written for: numbers of papers, and PyTorch's own bytes. */
import { describe, expect, test } from 'vitest';
import { type ComparedRow, compareRecords, isCompared } from '../../src/accuracy/compare.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import type { Estimator } from '../../src/estimators/estimator.ts';
import { tfjsClosedForm } from '../../src/estimators/exact/tfjs-closed-form.ts';
import { bricken2022 } from '../../src/estimators/literature/bricken-2022.ts';
import { korthikanti2022 } from '../../src/estimators/literature/korthikanti-2022.ts';
import { megatronTheoreticalMemory } from '../../src/estimators/literature/megatron-theoretical-memory.ts';
import { rees2023 } from '../../src/estimators/literature/rees-2023.ts';
import { ultrascalePlaybook } from '../../src/estimators/literature/ultrascale-playbook.ts';
import type { ExternalRecord } from '../../src/records/external.ts';
import type { Quantity } from '../../src/records/quantity.ts';
import { publishedRecords, publishedRows } from './published.ts';

const GiB = 2 ** 30;

function compared(records: readonly ExternalRecord[], estimator: Estimator, quantity: Quantity): ComparedRow[] {
  return compareRecords(records, [estimator])
    .filter(isCompared)
    .filter((row) => row.quantity === quantity);
}

const percents = (rows: readonly ComparedRow[]): number[] =>
  rows.map(({ errorRatio }) => Math.round((errorRatio as number) * 1e4) / 100);

describe('Rees 2023, nanoGPT on an A100', () => {
  const records = publishedRecords('rees-2023');
  const rows = publishedRows('rees-2023');

  test('stand on the ground of his formula', () => {
    expect(compared(records, rees2023, 'step-peak').map(({ match }) => match)).toEqual(Array(3).fill('matched'));
  });

  test('steady: his figure is the formula, two cuBLAS workspaces and the data; it is 0.33 % short', () => {
    const [row] = compared(records, rees2023, 'steady');
    const CUBLAS_WORKSPACE_BYTES = 8_519_680; // "we get one for the forwards pass and one for the backwards pass"
    const dataBytes = 2 * 12 * 1024 * 8;
    const figure = (row?.predictedBytes ?? 0) + 2 * CUBLAS_WORKSPACE_BYTES + dataBytes;
    expect([row?.measuredBytes, figure, row?.resolutionBytes]).toEqual([2_064_403_456, 2_057_547_776, null]);
    expect(Math.round((figure / 2_064_403_456 - 1) * 1e4) / 100).toBe(-0.33);
    expect(row?.errorBytes).toBe(-6_855_680 - 2 * CUBLAS_WORKSPACE_BYTES - dataBytes);
  });

  test('activations and peaks: always too little, by what he published and no more', () => {
    expect(percents(compared(records, rees2023, 'activations'))).toEqual([-1.38]);
    expect(percents(compared(records, rees2023, 'step-peak'))).toEqual([-1.22, -1.43, -2.3]);
    const published = rows.map((row) => Number(row['predicted_peak_gib']) / Number(row['peak_gib']) - 1);
    expect(published.map((ratio) => Math.round(ratio * 1e3) / 10)).toEqual([-1.1, -1.5, -2.4]);
  });

  test('the chart predicts with the masks of 12 layers, which gives away that the large model has batches of 9', () => {
    const predictedGiB = compared(records, rees2023, 'step-peak').map((row) => {
      const { layers } = row.configuration.model;
      const constant = 2 * 8_519_680 + 16 * row.configuration.batch.size * 1024;
      return (row.predictedBytes - (layers - 12) * 4 * 1024 ** 2 + constant) / GiB;
    });
    for (const [index, row] of rows.entries())
      expect(predictedGiB[index]).toBeCloseTo(Number(row['predicted_peak_gib']), 2); // pixels, and what the chart adds
  });

  test('no printed number is exact', () => {
    const rows = compareRecords(records, [rees2023]).filter(isCompared);
    expect(rows.filter(({ quantity }) => quantity !== 'steady').map((row) => row.resolutionBytes)).toEqual(
      Array(4).fill(536_871),
    );
    expect(rows.map(({ verdict }) => verdict)).toEqual(Array(5).fill('under'));
  });
});

test('Bricken 2022: −3.3, −16 and −6.7 % by his rounded figures', () => {
  const own = publishedRows('bricken-2022').map((row) => Number(row['predicted_gb']) / Number(row['measured_gb']) - 1);
  expect(own.map((ratio) => Math.round(ratio * 1e3) / 10)).toEqual([-3.3, -16.4, -6.7]);
  const rows = compared(publishedRecords('bricken-2022'), bricken2022, 'step-peak');
  expect(percents(rows)).toEqual([-2.97, -16.96, -6.57]);
  expect(rows.map(({ resolutionBytes }) => resolutionBytes)).toEqual(Array(3).fill(50_000_000));
});

describe("mbridge's four runs of Megatron-LM", () => {
  const records = publishedRecords('mbridge');
  const cells = publishedRows('mbridge').map((row) => (name: string) => Number(row[name]));

  test('spread over devices, Megatron’s count of the states is within 1.1 %', () => {
    const rows = compared(records, megatronTheoreticalMemory, 'steady');
    expect(percents(rows)).toEqual([-1.07, -1.07, -0.7, -0.7]);
    expect(rows.map(({ conditions }) => conditions['deployment.tensorParallel'])).toEqual([
      '2',
      '2',
      undefined,
      undefined,
    ]);
    expect(
      percents(compared(records, megatronTheoreticalMemory, 'activations')).every((percent) => percent < -30),
    ).toBe(true);
  });

  test('what is called real is the sum of model and activations; what was allocated is more by one fp32 copy of the weights or nothing', () => {
    for (const cell of cells) expect(cell('Real Model') + cell('Real act.')).toBeCloseTo(cell('Real'), 9);
    // est.0 counts 1.251e9 parameters where t = 1, half of them where t = 2
    const copyGiB = cells.map((cell) => (4 * 1_250_961_408) / cell('TP') / GiB);
    const largest = cells.map((cell, index) => Math.max(cell('Real'), cell('Real Model') + (copyGiB[index] ?? 0)));
    const PRINTED_GIB = 0.05; // one decimal of each of two addends
    for (const [index, cell] of cells.entries())
      expect(Math.abs(cell('Allocated/GB') - (largest[index] ?? 0))).toBeLessThanOrEqual(2 * PRINTED_GIB);
  });
});

/** B·S and the sizes of a configuration, by their usual letters. */
function symbols({ model, batch }: RunConfig) {
  const BS = batch.size * batch.sequenceLength;
  return {
    BS,
    S: batch.sequenceLength,
    L: model.layers,
    H: model.hiddenSize,
    F: model.feedForwardSize,
    V: model.vocabularySize,
  };
}

describe("PyTorch's saved tensors", () => {
  const records = publishedRecords('pytorch-saved-tensors');
  const cuda = records.filter(
    ({ device, configuration: { model, step } }) =>
      device.label === 'cuda-fake' && model.attention === 'unfused' && step.checkpointing === 'none',
  );

  test('581 of the 623 configurations are read: all but those whose GELU is written out', () => {
    const rows = publishedRows('pytorch-saved-tensors').filter(
      (row) => row['component'] === 'total' && row['scope'] === 'all',
    );
    expect(rows).toHaveLength(623);
    const expected = rows
      .filter((row) => row['model.activation'] !== 'gelu-new')
      .map((row) => Number(row['bytes_total']));
    expect(records.map(({ readings }) => readings[0]?.bytes)).toEqual(expected);
    expect(records).toHaveLength(581);
  });

  test('the Playbook is exact on CUDA with dropout in one precision but for the norms’ statistics and the loss', () => {
    const ground = cuda.filter(
      ({ configuration: { model, step } }) => model.dropout > 0 && step.precision !== 'autocast-bfloat16',
    );
    const rows = compared(ground, ultrascalePlaybook, 'activations');
    for (const { configuration, errorBytes } of rows) {
      const { BS, L, V } = symbols(configuration);
      const statistics = 16 * BS * L + 8 * BS; // mean and rstd in fp32, two norms a layer and the final one
      // In bfloat16 throughout the log-probabilities have 2 bytes, and the formula says 4; the weight of the loss has as many.
      const loss = configuration.step.precision === 'float32' ? -4 : 2 * BS * V - 2;
      expect(errorBytes).toBe(loss - statistics);
    }
    expect(rows).toHaveLength(32);
  });

  test('Korthikanti et al. say the same as the Playbook in 16 bits, where the block is 4H wide', () => {
    const ground = cuda.filter(
      ({ configuration: { model, step } }) =>
        model.dropout > 0 && step.precision === 'bfloat16' && model.feedForwardSize === 4 * model.hiddenSize,
    );
    const errors = (estimator: Estimator) =>
      compared(ground, estimator, 'activations').map(({ errorBytes }) => errorBytes);
    expect(errors(korthikanti2022)).toEqual(errors(ultrascalePlaybook));
    const matches = compared(ground, korthikanti2022, 'activations').map(({ match }) => match);
    expect(matches).toEqual(Array(9).fill('matched'));
    expect(ground).toHaveLength(9);
  });

  test('Rees is exact under autocast without dropout but for the copies of the weights and the norms’ statistics', () => {
    const ground = cuda.filter(
      ({ configuration: { model, step } }) =>
        model.dropout === 0 &&
        model.activation !== 'relu' &&
        step.precision === 'autocast-bfloat16' &&
        model.feedForwardSize === 4 * model.hiddenSize,
    );
    for (const { configuration, errorBytes, conditions } of compared(ground, rees2023, 'activations')) {
      const { BS, S, L, H, F, V } = symbols(configuration);
      const copies = L * (8 * H * H + 4 * H * F) + 2 * V * H;
      const masks = conditions['mask'] === 'fill-eq' ? L * S * S : 0; // nanoGPT makes a new one in every layer
      expect(errorBytes).toBe(-(copies + 16 * BS * L + 8 * BS + 4 + masks));
    }
    expect(ground.length).toBeGreaterThan(30);
  });

  test('Rees’s gap of 1.4 % on the A100, byte by byte', () => {
    const [run] = records.filter(({ conditions }) => conditions['mask'] === 'fill-eq');
    const [row] = compared([run as ExternalRecord], rees2023, 'activations');
    expect([row?.predictedBytes, row?.measuredBytes]).toEqual([18_713_935_872, 18_976_112_644]);
    const parts = new Map(run?.readings[0]?.components?.map(({ component, bytes }) => [component, bytes]));
    const copies = parts.get('weights') ?? 0;
    const statistics = 12 * 2 * 8 * 12_288 + 8 * 12_288;
    const masks = 12 * 1024 ** 2;
    expect([copies, masks, statistics]).toEqual([247_136_256, 12_582_912, 2_457_600]);
    expect(18_713_935_872 + copies + masks + statistics + 4).toBe(18_976_112_644);
    const [onA100] = publishedRecords('rees-2023');
    const seen = onA100?.readings.find(({ quantity }) => quantity === 'activations');
    expect(Math.abs(18_976_112_644 - (seen?.bytes ?? 0))).toBeLessThanOrEqual(seen?.resolutionBytes ?? 0);
  });

  test('the closed form of memproof’s own model is PyTorch’s CUDA to the byte', () => {
    const ground = cuda.filter(
      ({ configuration, conditions }) =>
        configuration.step.precision !== 'bfloat16' && configuration.batch.size > 1 && conditions['mask'] === 'add',
    );
    const errors = ground.map(({ configuration, readings }) => {
      const built: RunConfig = { ...configuration, runtime: { ...configuration.runtime, backend: 'tensorflow' } };
      const predicted = tfjsClosedForm.predict(built).activations;
      return predicted?.kind === 'bytes' ? predicted.total - (readings[0]?.bytes ?? 0) : predicted?.reason;
    });
    expect(new Set(errors)).toEqual(new Set([0]));
    expect(errors.length).toBeGreaterThan(60);
  });
});

describe("PyTorch's steps under MemTracker", () => {
  const records = publishedRecords('pytorch-peaks');
  const [nanoGpt] = records.filter(
    ({ conditions }) => conditions['mask'] === 'fill-eq' && conditions['logitsHeld'] === 'false',
  );
  const bytesOf = (quantity: Quantity): number =>
    nanoGpt?.readings.find((reading) => reading.quantity === quantity)?.bytes ?? Number.NaN;

  test('140 of the 144 runs are read, each with seven quantities', () => {
    expect(records).toHaveLength(140);
    for (const { readings } of records)
      expect(readings.map(({ quantity }) => quantity).sort()).toEqual([
        'activations',
        'backward-peak',
        'forward-peak',
        'gradients-held',
        'optimizer-peak',
        'steady',
        'step-peak',
      ]);
  });

  test('activations are what forward adds: the saved tensors and the loss', () => {
    expect(bytesOf('activations')).toBe(18_976_112_644 + 4);
  });

  test('steady is 16P, one mask where Rees has twelve, the data with positions, and a counter of Adam per tensor', () => {
    const P = 124_373_760;
    expect(bytesOf('steady')).toBe(16 * P + 4 * 1024 ** 2 + 2 * 8 * 12 * 1024 + 8 * 1024 + 4 * 75);
  });

  test('the simulated peak is the one that the A100 measured, with what no tensor is', () => {
    const masks = 11 * 4 * 1024 ** 2;
    const cublasWorkspaces = 2 * 8_519_680;
    const gapsBetweenBlocks = 6_855_368; // his table
    const peak = bytesOf('step-peak') + masks + cublasWorkspaces + gapsBetweenBlocks;
    const onA100 = publishedRecords('rees-2023')[0]?.readings.find(({ quantity }) => quantity === 'step-peak');
    expect(Math.abs(peak - (onA100?.bytes ?? 0))).toBeLessThanOrEqual(onA100?.resolutionBytes ?? 0);
  });

  test('a part is judged where MemTracker tells it apart, and only there', () => {
    const rows = compareRecords([nanoGpt as ExternalRecord], [rees2023]).filter(
      ({ quantity }) => quantity === 'step-peak',
    );
    const verdicts = rows.map(({ component, verdict }) => [component, verdict]);
    expect(verdicts).toContainEqual(['weights', 'exact']);
    expect(verdicts).toContainEqual(['gradients', 'exact']);
    expect(verdicts).toContainEqual(['attention', 'not-applicable']);
  });
});
