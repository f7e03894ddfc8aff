import { expect, test } from 'vitest';
import { parseExternalMap } from '../../../src/records/externalMap/map.ts';

const READING = { quantity: 'step-peak', ledger: 'allocated', bytes: { column: 'peak', unit: 'GiB' } };
const MAP = {
  version: 1,
  provenance: { citation: 'by hand' },
  framework: { name: 'PyTorch' },
  device: { label: 'H100', evidence: 'measured' },
  readings: [READING],
};
const readingWith = (more: object) => ({ readings: [{ ...READING, ...more }] });
const quantityOf = (value: unknown) => readingWith({ quantity: { column: 'what', values: { x: value } } });

test.each<[more: object, line: string]>([
  [{ preset: 'gpt5' }, 'preset: there is no "gpt5"; known: transformer-base, '],
  [{ preset: { column: 'model', values: { x: 'gpt5' } } }, 'preset.values.x: there is no "gpt5"; known: '],
  [{ preset: { colum: 'model' } }, 'preset.column: is missing\n  - preset: Unrecognized key: "colum"'],
  [{ device: { label: 'H100', evidence: 'seen' } }, 'device.evidence: there is no "seen"; known: measured, simulated'],
  [{ device: { label: 'H100' } }, 'device.evidence: is missing'],
  [readingWith({ quantity: 'peak' }), 'readings.0.quantity: there is no "peak"; known: weights, steady, '],
  [quantityOf('peak'), 'readings.0.quantity.values.x: there is no "peak"; known: weights, '],
  [quantityOf({ quantity: 'peak', minus: 'y' }), 'readings.0.quantity.values.x.quantity: there is no "peak"; known: '],
  [readingWith({ ledger: 'alloc' }), 'readings.0.ledger: there is no "alloc"; known: tensors, buffers, '],
  [readingWith({ bytes: { column: 'peak', unit: 'Mb' } }), 'readings.0.bytes.unit: there is no "Mb"; known: B, kB, MB'],
  [{ framework: { name: 3 } }, 'framework.name: expected string or object'],
  [{ configuration: { 'model.layers': [2] } }, 'configuration.model.layers: expected string or number or boolean or'],
  [{ where: { kind: 'run' } }, 'where.kind: expected array or object'],
  [{ whre: {} }, '(whole): Unrecognized key: "whre"'],
])('%j', (more, line) => {
  expect(() => parseExternalMap({ ...MAP, ...more }, 'my.map.json')).toThrow(
    `The map my.map.json is not valid:\n  - ${line}`,
  );
});
