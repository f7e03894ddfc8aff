/** What backward, kept gradients and micro-batches cost, measured through the command line. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSweep, resolveAll, selectConfigs, sweepEntries } from '../../src/cli/selection.ts';
import { configId } from '../../src/config/configId.ts';
import type { PartialConfig, RunConfig } from '../../src/config/schema.ts';
import type { MeasuredRecord } from '../../src/records/measurement.ts';
import type { Quantity } from '../../src/records/quantity.ts';
import { readRecords } from '../../src/records/store.ts';
import { memproof, temporaryFolder, writeJson } from './memproof.ts';

const folder = temporaryFolder();

/** In the order of the sweep. Two at a time: their bytes are wanted, and not their times. */
function measure(name: string, list: PartialConfig[], ...set: string[]): MeasuredRecord[] {
  const base = { model: { tiedEmbedding: false } };
  const sweep = writeJson(folder, `${name}.json`, { name, description: 'for tests', base, list });
  const output = join(folder, name);
  const assignments = set.flatMap((assignment) => ['--set', assignment]);
  const { exitCode, stderr } = memproof('run', sweep, '-o', output, '--repeats', '1', '--jobs', '2', ...assignments);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('measured')]);
  const records = new Map(
    readRecords(join(output, 'records.jsonl')).records.map((record) => [record.configId, record]),
  );
  const asked = selectConfigs({ set }, { say: () => {} }, sweepEntries(loadSweep(sweep)));
  return resolveAll(asked, 'cpu').map((config) => {
    const record = records.get(configId(config));
    if (record?.outcome !== 'measured') throw new Error(record?.outcome ?? 'no record');
    return record;
  });
}

function bytes(record: MeasuredRecord, quantity: Quantity): number {
  const reading = record.readings.find((one) => one.quantity === quantity && one.ledger === 'requested');
  if (reading === undefined) throw new Error(quantity);
  return reading.bytes;
}

/** No byte between the ledgers is unexplained, and every byte of `buffers` and `requested` has a component. */
function expectNames(records: readonly MeasuredRecord[]): void {
  for (const { reconciliation, readings } of records) {
    const unexplained = reconciliation.filter(({ part, to }) => part === 'unexplained' && to !== 'process');
    expect(unexplained.filter(({ bytes }) => bytes !== 0)).toEqual([]);
    for (const { quantity, ledger, bytes: total, components } of readings) {
      if (ledger !== 'buffers' && ledger !== 'requested') continue;
      expect([quantity, components?.filter(({ component }) => component === 'unattributed')]).toEqual([quantity, []]);
      expect(components?.reduce((sum, part) => sum + part.bytes, 0)).toBe(total);
    }
  }
}

type Row = [
  B: number,
  S: number,
  H: number,
  h: number,
  F: number,
  V: number,
  L: number,
  tape: number,
  retaining: number,
];
/** Bytes of tape and of stock tfjs's peak over the steady level, as TensorFlow 2.18.1's allocation log has them. */
const ROWS: Row[] = [
  [2, 16, 32, 4, 128, 50, 1, 291_048, 726_520],
  [2, 16, 32, 4, 128, 50, 2, 537_856, 1_323_920],
  [2, 16, 32, 4, 128, 50, 4, 1_031_472, 2_518_720],
  [3, 10, 24, 3, 60, 37, 2, 304_784, 723_620],
  [4, 64, 64, 8, 256, 100, 1, 5_805_352, 13_603_892],
  [8, 128, 128, 4, 512, 256, 2, 75_125_312, 172_857_932],
  [8, 128, 128, 4, 512, 256, 4, 144_396_912, 328_699_516],
  [2, 48, 48, 2, 200, 80, 2, 2_462_848, 5_820_236],
];

test('the peak of a retaining backward is known, that of a freeing one is the tape and six times the logits', () => {
  const list = ROWS.map(
    ([size, sequenceLength, hiddenSize, heads, feedForwardSize, vocabularySize, layers]): PartialConfig => ({
      model: { hiddenSize, heads, feedForwardSize, vocabularySize, layers },
      batch: { size, sequenceLength },
    }),
  );
  const records = measure('peaks', list, 'step.backward=retaining,freeing');
  expect(records).toHaveLength(2 * ROWS.length);
  const found = records.map((record) => {
    const { model, batch, step } = record.configuration;
    const NV = batch.size * batch.sequenceLength * model.vocabularySize;
    const activations = bytes(record, 'activations');
    const peak = bytes(record, 'backward-peak') - bytes(record, 'steady');
    // softmaxCrossEntropy computes its gradients at once, in six buffers of [N, V]; two scalars of the loss's mean are gone by then
    return [activations, step.backward === 'freeing' ? peak - 4 * (6 * NV - 2) : peak];
  });
  const expected = ROWS.flatMap(([, , , , , , , tape, retaining]) => [
    [tape, retaining],
    [tape, tape],
  ]);
  expect(found).toEqual(expected);
}, 300_000);

test('with every block recomputed a layer adds its input and its gradients, under a freeing backward its gradients alone', () => {
  const [H, F] = [32, 128];
  const list = [1, 2, 4].map(
    (layers): PartialConfig => ({
      model: { layers, hiddenSize: H, heads: 4, feedForwardSize: F, vocabularySize: 50 },
      batch: { size: 2, sequenceLength: 16 },
      step: { checkpointing: 'block' },
    }),
  );
  const records = measure('recomputed', list, 'step.backward=retaining,freeing');
  expectNames(records);
  const peaks = (backward: string): number[] =>
    records
      .filter(({ configuration }) => configuration.step.backward === backward)
      .map((record) => bytes(record, 'backward-peak') - bytes(record, 'steady'));
  const layerGradients = 4 * (4 * H * H + 2 * H * F + 9 * H + F);
  const layerInput = 4 * 32 * H; // [N, H]
  const peakOfOne = [728_308, 325_336] as const; // as in TensorFlow 2.18.1's allocation log
  const grown = (first: number, byLayer: number): number[] => [1, 2, 4].map((L) => first + (L - 1) * byLayer);
  expect(peaks('freeing')).toEqual(grown(peakOfOne[1], layerGradients));
  // tfjs also keeps the gradient that comes in
  expect(peaks('retaining')).toEqual(grown(peakOfOne[0], layerGradients + 2 * layerInput));
}, 120_000);

/** Each with a batch of 4 in every way of taking the step; then half the batch at once. */
const CROSSED: PartialConfig['model'][] = [
  { layers: 2, hiddenSize: 24, heads: 3, feedForwardSize: 60, vocabularySize: 37 },
  {
    ...{
      architecture: 'encoder-decoder',
      layers: 1,
      hiddenSize: 16,
      heads: 2,
      feedForwardSize: 32,
      vocabularySize: 29,
    },
    ...{ tiedEmbedding: true, dropout: 0.1 },
  },
];

test('every byte has a name and a component, whatever is crossed; and the differences are what they should be', () => {
  const list = CROSSED.map((model): PartialConfig => ({ model: model ?? {}, batch: { size: 4, sequenceLength: 10 } }));
  const crossed = measure(
    'crossed',
    list,
    ...['step.backward=retaining,freeing', 'step.gradients=freed,kept', 'step.microBatches=1,2'],
  );
  const halves = measure('halves', list, 'batch.size=2', 'step.backward=retaining,freeing');
  expect([crossed.length, halves.length]).toEqual([16, 4]);

  expectNames([...crossed, ...halves]);
  const find = (records: MeasuredRecord[], model: RunConfig['model'], step: Partial<RunConfig['step']>) => {
    const found = records.find(({ configuration }) =>
      Object.entries({ ...model, ...step }).every(
        ([key, value]) => ({ ...configuration.model, ...configuration.step })[key as 'layers'] === value,
      ),
    );
    if (found === undefined) throw new Error(JSON.stringify(step));
    return (quantity: Quantity): number => bytes(found, quantity);
  };
  const models = [crossed[0], crossed.at(-1)].map((record) => (record as MeasuredRecord).configuration.model);
  for (const model of models) {
    for (const backward of ['retaining', 'freeing'] as const) {
      const take = (gradients: 'freed' | 'kept', microBatches: number) =>
        find(crossed, model, { backward, gradients, microBatches });
      const half = find(halves, model, { backward });
      const gradients = half('weights'); // float32, one for each
      const loss = 4;
      for (const microBatches of [1, 2]) {
        const [freed, kept] = [take('freed', microBatches), take('kept', microBatches)];
        expect(kept('steady') - freed('steady')).toBe(gradients);
        expect(kept('gradients-held')).toBe(kept('steady') + loss);
        expect(freed('gradients-held')).toBe(freed('steady') + gradients + loss);
        expect(kept('activations')).toBe(freed('activations'));
        expect(kept('optimizer-peak')).toBe(freed('optimizer-peak'));
      }
      const [whole, accumulated] = [take('freed', 1), take('freed', 2)];
      expect(take('kept', 1)('forward-peak')).toBe(whole('forward-peak') + gradients);
      expect(accumulated('steady')).toBe(whole('steady'));
      const moreInputs = accumulated('steady') - half('steady');
      expect(moreInputs).toBe((model.architecture === 'decoder' ? 2 : 3) * 2 * 10 * 4); // ids and targets of two sequences
      expect(accumulated('activations')).toBe(half('activations'));
      // The second micro-batch runs beside the gradients of the first, and kept ones are in their place from the beginning.
      expect(accumulated('forward-peak')).toBe(half('forward-peak') + moreInputs + gradients);
      expect(take('kept', 2)('forward-peak')).toBe(accumulated('forward-peak'));
      expect(take('kept', 2)('backward-peak')).toBe(accumulated('backward-peak'));
      // At its peak a freeing backward has no gradient of a variable yet: the old ones, or none, are beside it.
      if (backward === 'freeing') {
        expect(take('kept', 1)('backward-peak')).toBe(whole('backward-peak') + gradients);
      }
    }
  }
}, 300_000);
