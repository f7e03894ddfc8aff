/** Every switch of the architecture, measured: what the books say of an architecture is what TensorFlow says. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRecords } from '../../src/records/store.ts';
import { memproof, temporaryFolder } from './memproof.ts';

const folder = temporaryFolder();

test('no byte of the family is unexplained up to what the allocator has in use, and every byte has a component', () => {
  const { exitCode, stderr } = memproof('run', 'family', '-o', folder, '--repeats', '1', '--jobs', '2');
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('20 measured')]);
  const { records } = readRecords(join(folder, 'records.jsonl'));
  expect(records).toHaveLength(20);
  for (const record of records) {
    if (record.outcome !== 'measured') throw new Error(record.outcome);
    const { model } = record.configuration;
    const rows = record.reconciliation.filter(({ to }) => to !== 'process');
    expect([model, rows.filter(({ part, bytes }) => part === 'unexplained' && bytes !== 0)]).toEqual([model, []]);
    const components = record.readings.flatMap((reading) => reading.components ?? []);
    expect([model, components.filter(({ component }) => component === 'unattributed')]).toEqual([model, []]);
    expect(components.length).toBeGreaterThan(0);
  }
}, 300_000); // twenty configurations; without times two at once
