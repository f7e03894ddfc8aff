/** Steps on shapes alone against what TensorFlow was measured to hold: every byte, component, and place of a peak. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { shapeEngine } from '../../src/estimators/exact/shape-engine.ts';
import { toReadings } from '../../src/measure/readings.ts';
import type { MeasuredRecord, MeasurementRecord, Reading } from '../../src/records/measurement.ts';
import { WHOLE_PEAK } from '../../src/records/quantity.ts';
import { stepPeak } from '../../src/report/replay.ts';
import { TimelineRecorder } from '../../src/runner/timelineRecorder.ts';
import { simulate } from '../../src/shapes/simulate.ts';
import { committedRecords } from '../records/committedRecords.ts';
import { exampleReading, measuredRecord } from '../records/exampleRecord.ts';

const isMeasured = (record: MeasurementRecord): record is MeasuredRecord => record.outcome === 'measured';
const every = (stride: number, sweep: string): MeasuredRecord[] =>
  committedRecords(sweep)
    .filter(isMeasured)
    .filter((_, index) => index % stride === 0);

/** The first measured step, as a record keeps it. */
function simulated(config: RunConfig): Reading[] {
  const { readings } = simulate(config, { steps: 3 });
  return [...readings].flatMap(([ledger, marks]) => toReadings(ledger, marks, 1));
}

const SAMPLE = [
  ...every(1, 'quickstart'),
  ...every(1, 'techniques'),
  ...every(8, 'metamorphic'),
  ...every(20, 'laws'),
  ...every(20, 'grounds'),
];

test.each(SAMPLE.map((record) => [record.configId, record] as const))('%s', (_id, record) => {
  const ledgers = new Set(['tensors', 'buffers', 'requested']);
  const measured = record.readings.filter(({ repeat, ledger }) => repeat === 1 && ledgers.has(ledger));
  expect(measured.length).toBe(24);
  expect(simulated(record.configuration)).toEqual(measured);
});

/** Measured on TensorFlow 2.18.1. The place of these peaks is another in a model of two or three layers. */
test.each([
  [
    'optimizer-peak',
    27_079_860,
    { layers: 40, hiddenSize: 16, vocabularySize: 20_000 },
    { size: 1, sequenceLength: 4 },
    'autodiff',
  ],
  [
    'backward-peak',
    8_879_120,
    { layers: 12, hiddenSize: 32, vocabularySize: 3000 },
    { size: 4, sequenceLength: 16 },
    'minimal',
  ],
] as const)('the %s of a deep model is that of its whole depth', (quantity, bytes, sizes, batch, savedTensors) => {
  const config = resolveConfig({
    ...{ model: { ...sizes, heads: 2, feedForwardSize: 64 }, batch, step: { savedTensors } },
    runtime: { device: 'cpu', allocator: 'bfc' },
  });
  const prediction = shapeEngine.predict(config)[quantity];
  expect(prediction).toMatchObject({ kind: 'bytes', total: bytes });
});

test('a second simulation knows nothing of the first', () => {
  const [first, second] = SAMPLE as [MeasuredRecord, MeasuredRecord];
  const alone = simulated(second.configuration);
  simulated(first.configuration);
  expect(simulated(second.configuration)).toEqual(alone);
});

/** What a step costs here is its operations: they grow with the depth, and with nothing else. */
test('operations per layer, at any width', () => {
  const operationsOf = (layers: number, hiddenSize: number, sequenceLength: number) =>
    simulate(resolveConfig({ model: { layers, hiddenSize, heads: 4 }, batch: { size: 2, sequenceLength } }), {
      steps: 1,
    }).operations;
  const perLayer = operationsOf(3, 64, 16) - operationsOf(2, 64, 16);
  expect(operationsOf(5, 4096, 512) - operationsOf(4, 4096, 512)).toBe(perLayer);
  expect(perLayer).toBe(OPERATIONS_PER_LAYER);
});

/** A guard: whoever makes it more makes every prediction slower. */
const OPERATIONS_PER_LAYER = 390;

/** What is kept of a step's requests leads to the peak that the ledger read, whichever kind of step it is. */
test.each([{ kind: 'training' }, { kind: 'inference' }, { kind: 'inference', keyValueCache: 'none' }] as const)(
  'a timeline replayed has the peak of the step: %j',
  (step) => {
    const config = resolveConfig({
      model: { layers: 2, hiddenSize: 16, heads: 2, vocabularySize: 30 },
      batch: { size: 2, sequenceLength: 8 },
      step,
    });
    const recorder = new TimelineRecorder(3, config.step);
    const { readings } = simulate(config, { steps: 3, onEvent: (event) => recorder.event(event) });
    const quantity = WHOLE_PEAK[config.step.kind];
    const [peak] = toReadings('requested', readings.get('requested') ?? [], 1).filter(
      (one) => one.quantity === quantity,
    );
    const timeline = recorder.timeline(measuredRecord([exampleReading(1, { ledger: 'requested' })]));
    if (timeline === null) throw new Error('nothing vouches for it');
    const replayed = stepPeak(timeline);
    expect([replayed.requestedBytes, replayed.phase, replayed.kernel]).toEqual([
      peak?.bytes,
      peak?.peak?.phase,
      peak?.peak?.kernel,
    ]);
  },
);
