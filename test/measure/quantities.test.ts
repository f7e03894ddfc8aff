import { expect, test } from 'vitest';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { expectedMarks, phaseAfter } from '../../src/measure/marks.ts';
import { toReadings, toWitnessEntries } from '../../src/measure/readings.ts';
import { reconcile } from '../../src/measure/reconciliation.ts';
import type { MarkedStep } from '../../src/records/mark.ts';
import { measurementRecordSchema } from '../../src/records/measurement.ts';
import { measuredRecord } from '../records/exampleRecord.ts';

const trainingOn = (microBatches: number): MarkedStep => ({ kind: 'training', keyValueCache: 'none', microBatches });

type Noted = [levelBytes: number, peakBytes: number, peakKernel: string | null];

/** One measured step: steps 1 and 2 are warm-up. */
function readings(
  levels: Record<string, Noted>,
  more: (noted: Noted) => Partial<MarkReading> = () => ({}),
): MarkReading[] {
  return expectedMarks(1, trainingOn(1)).map((mark) => {
    const noted = levels[mark] ?? [7, 7, 'warm-up'];
    const [levelBytes, peakBytes, peakKernel] = noted;
    return { mark, levelBytes, peakBytes, peakKernel, peakComponent: 'loss', level: {}, peak: {}, ...more(noted) };
  });
}

const LEVELS: Record<string, Noted> = {
  start: [5, 5, null],
  weights: [105, 120, 'Fill'],
  '3.m0': [300, 300, null],
  '3.m1': [450, 500, 'Sum'],
  '3.m2': [400, 900, 'Mul'],
  '3.m3': [300, 900, 'Add'],
};

test('the marks of a run, warm-up steps included', () => {
  const steps = [1, 2, 3].flatMap((step) => ['m0', 'm1', 'm2', 'm3'].map((mark) => `${step}.${mark}`));
  expect(expectedMarks(1, trainingOn(1))).toEqual(['start', 'weights', ...steps]);
});

test('micro-batches before the last have marks of their own', () => {
  const steps = [1, 2, 3].flatMap((step) =>
    ['m0', 'm1.1', 'm2.1', 'm1.2', 'm2.2', 'm1', 'm2', 'm3'].map((mark) => `${step}.${mark}`),
  );
  expect(expectedMarks(1, trainingOn(3))).toEqual(['start', 'weights', ...steps]);
});

test('activations are those of the last micro-batch, peaks the highest of all', () => {
  const levels: Record<string, Noted> = {
    '3.m0': [300, 300, null],
    '3.m1.1': [450, 500, 'first forward'],
    '3.m2.1': [320, 700, 'first backward'],
    '3.m1': [460, 510, 'second forward'],
    '3.m2': [325, 690, 'second backward'],
    '3.m3': [300, 400, 'Adam'],
  };
  const marks = expectedMarks(1, trainingOn(2)).map((mark): MarkReading => {
    const [levelBytes, peakBytes, peakKernel] = levels[mark] ?? [7, 7, 'warm-up'];
    return { mark, levelBytes, peakBytes, peakKernel, level: {}, peak: {} };
  });
  const bytes = toReadings('buffers', marks, 1).map(({ quantity, bytes, peak }) => [quantity, bytes, peak?.kernel]);
  expect(bytes.slice(1)).toEqual([
    ['steady', 300, undefined],
    ['activations', 140, undefined],
    ['forward-peak', 510, 'second forward'],
    ['backward-peak', 700, 'first backward'],
    ['gradients-held', 325, undefined],
    ['optimizer-peak', 400, 'Adam'],
    ['step-peak', 700, 'first backward'],
  ]);
});

test('quantities are taken from the marks as they are defined', () => {
  const common = { ledger: 'buffers', repeat: 1, step: 3 } as const;
  expect(toReadings('buffers', readings(LEVELS), 1)).toEqual([
    { ...common, quantity: 'weights', step: 0, bytes: 100 },
    { ...common, quantity: 'steady', bytes: 300 },
    { ...common, quantity: 'activations', bytes: 150 },
    { ...common, quantity: 'forward-peak', bytes: 500, peak: { phase: 'forward', kernel: 'Sum', component: 'loss' } },
    { ...common, quantity: 'backward-peak', bytes: 900, peak: { phase: 'backward', kernel: 'Mul', component: 'loss' } },
    { ...common, quantity: 'gradients-held', bytes: 400 },
    {
      ...common,
      quantity: 'optimizer-peak',
      bytes: 900,
      peak: { phase: 'optimizer', kernel: 'Add', component: 'loss' },
    },
    { ...common, quantity: 'step-peak', bytes: 900, peak: { phase: 'backward', kernel: 'Mul', component: 'loss' } }, // the first of equals
  ]);
});

test('a peak that was looked for and not counted is marked, and nothing else is', () => {
  const looked = toReadings(
    'process',
    readings(LEVELS, () => ({ peakIsLowerBound: true })),
    1,
  );
  const marked = looked.filter(({ lowerBound }) => lowerBound).map(({ quantity }) => quantity);
  expect(marked).toEqual(['forward-peak', 'backward-peak', 'optimizer-peak', 'step-peak']);
  expect(measurementRecordSchema.parse(measuredRecord(looked))).toMatchObject({ readings: looked });
});

test('a witness reads the same quantities in the same steps', () => {
  const entries = toWitnessEntries('memory-pool', readings(LEVELS), 1);
  const bytes = entries.map((entry) => ('reason' in entry ? null : [entry.quantity, entry.step, entry.bytes]));
  const ledger = toReadings('allocated', readings(LEVELS), 1);
  expect(bytes).toEqual(ledger.map((reading) => [reading.quantity, reading.step, reading.bytes]));
  expect(entries[0]).toEqual({ witness: 'memory-pool', quantity: 'weights', repeat: 1, step: 0, bytes: 100 });
});

test('components follow the instant of a reading; those of a change are differences', () => {
  const part = (bytes: number) => ({ components: [{ component: 'attention', layer: 0, bytes }] as const });
  const withParts = readings(LEVELS, ([level, peak]) => ({ level: part(level), peak: part(peak) }));
  const bytesOf = Object.fromEntries(
    toReadings('buffers', withParts, 1).map(({ quantity, components }) => [
      quantity,
      components?.map(({ bytes }) => bytes),
    ]),
  );
  expect(bytesOf).toEqual({
    weights: [100],
    steady: [300],
    activations: [150],
    'forward-peak': [500],
    'backward-peak': [900],
    'gradients-held': [400],
    'optimizer-peak': [900],
    'step-peak': [900],
  });
});

test('parts between two ledgers add up to their difference, and the rest is unexplained', () => {
  const tensors = readings(LEVELS);
  // buffers reads 10 less everywhere: 8 of it views; at a peak the ledger below read 30 less than its own peak
  const buffers = readings(
    Object.fromEntries(
      Object.entries(LEVELS).map(([mark, [level, peak, kernel]]) => [mark, [level - 10, peak - 40, kernel]]),
    ),
    ([level, peak]) => ({
      level: { belowBytes: level + 10, parts: { views: -8 } },
      peak: { belowBytes: peak + 10, parts: { views: -8 } },
    }),
  );
  const rows = reconcile(
    new Map([
      ['tensors', tensors],
      ['buffers', buffers],
    ] as const),
    3,
  );
  const of = (quantity: string) =>
    Object.fromEntries(rows.filter((row) => row.quantity === quantity).map(({ part, bytes }) => [part, bytes]));
  expect(of('steady')).toEqual({ views: -8, unexplained: -2 });
  expect(of('activations')).toEqual({ views: 0, unexplained: 0 });
  expect(of('backward-peak')).toEqual({ views: -8, 'peak-moved': -30, unexplained: -2 });
  expect(rows.every(({ from, to }) => from === 'tensors' && to === 'buffers')).toBe(true);
});

test('a ledger without all its marks is refused', () => {
  expect(() => toReadings('buffers', readings(LEVELS).slice(0, -1), 1)).toThrow('no mark 3.m3');
});

test('where a run was, from its last mark', () => {
  const marks = [undefined, 'start', 'weights', '1.m0', '4.m1.1', '4.m2.1', '4.m1', '2.m2', '2.m3'];
  expect(marks.map(phaseAfter)).toEqual([
    'loading TensorFlow',
    'building the model',
    'building the model',
    'forward',
    'backward',
    'forward',
    'backward',
    'optimizer',
    'between steps',
  ]);
});
