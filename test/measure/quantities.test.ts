import { expect, test } from 'vitest';
import type { MarkReading } from '../../src/ledgers/ledger.ts';
import { expectedMarks, phaseAfter } from '../../src/measure/marks.ts';
import { toReadings } from '../../src/measure/quantities.ts';

/** One measured step: steps 1 and 2 are warm-up. */
const LEVELS: Record<string, [levelBytes: number, peakBytes: number, peakKernel: string | null]> = {
  start: [5, 5, null],
  weights: [105, 120, 'Fill'],
  '3.m0': [300, 300, null],
  '3.m1': [450, 500, 'Sum'],
  '3.m2': [400, 900, 'Mul'],
  '3.m3': [300, 900, 'Add'],
};
const marks: MarkReading[] = expectedMarks(1).map((mark) => {
  const [levelBytes, peakBytes, peakKernel] = LEVELS[mark] ?? [7, 7, 'warm-up'];
  return { mark, levelBytes, peakBytes, peakKernel };
});

test('the marks of a run, warm-up steps included', () => {
  expect(expectedMarks(1)).toEqual(
    ['start', 'weights'].concat([1, 2, 3].flatMap((step) => ['m0', 'm1', 'm2', 'm3'].map((mark) => `${step}.${mark}`))),
  );
});

test('quantities are taken from the marks as they are defined', () => {
  const readings = toReadings('buffers', marks, 1);
  const common = { ledger: 'buffers', repeat: 1, step: 3 } as const;
  expect(readings).toEqual([
    { ...common, quantity: 'weights', step: 0, bytes: 100 },
    { ...common, quantity: 'steady', bytes: 300 },
    { ...common, quantity: 'activations', bytes: 150 },
    { ...common, quantity: 'forward-peak', bytes: 500, peak: { phase: 'forward', kernel: 'Sum' } },
    { ...common, quantity: 'backward-peak', bytes: 900, peak: { phase: 'backward', kernel: 'Mul' } },
    { ...common, quantity: 'gradients-held', bytes: 400 },
    { ...common, quantity: 'optimizer-peak', bytes: 900, peak: { phase: 'optimizer', kernel: 'Add' } },
    { ...common, quantity: 'step-peak', bytes: 900, peak: { phase: 'backward', kernel: 'Mul' } }, // the first of equals
  ]);
});

test('a ledger without all its marks is refused', () => {
  expect(() => toReadings('buffers', marks.slice(0, -1), 1)).toThrow('no mark 3.m3');
});

test('where a run was, from its last mark', () => {
  expect([undefined, 'start', 'weights', '1.m0', '4.m1', '2.m2', '2.m3'].map(phaseAfter)).toEqual([
    'loading TensorFlow',
    'building the model',
    'building the model',
    'forward',
    'backward',
    'optimizer',
    'between steps',
  ]);
});
