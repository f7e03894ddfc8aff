import { expect, test } from 'vitest';
import { noises } from '../../src/accuracy/noise.ts';
import { exampleReading, measuredRecord } from '../records/exampleRecord.ts';

test('largest − smallest over the measured steps, by quantity and ledger', () => {
  const noise = noises(
    measuredRecord([
      exampleReading(1000, { repeat: 2, step: 4 }),
      exampleReading(900),
      exampleReading(950, { repeat: 3, step: 5 }),
      exampleReading(70, { ledger: 'requested' }),
      exampleReading(70, { ledger: 'requested', repeat: 2, step: 4 }),
      exampleReading(-8, { quantity: 'activations' }),
      exampleReading(-20, { quantity: 'activations', repeat: 2, step: 4 }),
    ]),
  );
  expect(noise('step-peak', 'buffers')).toBe(100);
  expect(noise('step-peak', 'requested')).toBe(0);
  expect(noise('activations', 'buffers')).toBe(12);
});

test('one reading knows no spread, and no reading neither', () => {
  const noise = noises(measuredRecord([exampleReading(900)]));
  expect(noise('step-peak', 'buffers')).toBeNull();
  expect(noise('steady', 'buffers')).toBeNull();
});
