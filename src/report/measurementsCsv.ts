/** measurements.csv: every reading of every record, raw. */
import type { MeasurementRecord, Reading } from '../records/measurement.ts';
import { type Column, configurationColumns, csvText } from './column.ts';

/** A record without a reading (out-of-memory, failed, skipped) is one row without numbers. */
interface MeasurementRow {
  readonly record: MeasurementRecord;
  readonly reading: Reading | null;
}

export const MEASUREMENTS_COLUMNS: readonly Column<MeasurementRow>[] = [
  { name: 'configId', meaning: 'identity of the configuration: 12 hex digits', cell: ({ record }) => record.configId },
  ...configurationColumns<MeasurementRow>(({ record }) => record.configuration),
  {
    name: 'outcome',
    meaning: '`measured`, `out-of-memory`, `failed` or `skipped`',
    cell: ({ record }) => record.outcome,
  },
  {
    name: 'quantity',
    meaning: 'at which point of the step',
    cell: ({ reading }) => reading?.quantity ?? null,
  },
  { name: 'ledger', meaning: 'who counted', cell: ({ reading }) => reading?.ledger ?? null },
  {
    name: 'component',
    meaning: 'part of the model or the step; `total` for the sum',
    cell: ({ reading }) => (reading === null ? null : 'total'),
  },
  { name: 'layer', meaning: 'number of the layer; empty for a sum over layers', cell: () => null },
  {
    name: 'repeat',
    meaning: 'number of the measured step, from 1',
    cell: ({ reading }) => reading?.repeat ?? null,
  },
  {
    name: 'step',
    meaning: 'number of the step in its process, from 1, warm-up steps included; 0 is before the first',
    cell: ({ reading }) => reading?.step ?? null,
  },
  { name: 'bytes', meaning: 'what was measured', cell: ({ reading }) => reading?.bytes ?? null },
  {
    name: 'peak_phase',
    meaning: 'phase of the maximum: `forward`, `backward` or `optimizer`',
    cell: ({ reading }) => reading?.peak?.phase ?? null,
  },
  { name: 'peak_component', meaning: 'component at work at the maximum', cell: () => null },
  {
    name: 'peak_kernel',
    meaning: 'kernel or op that raised the maximum',
    cell: ({ reading }) => reading?.peak?.kernel ?? null,
  },
];

export function measurementsCsv(records: readonly MeasurementRecord[]): string {
  const rows = records.flatMap((record): MeasurementRow[] =>
    record.outcome === 'measured'
      ? record.readings.map((reading) => ({ record, reading }))
      : [{ record, reading: null }],
  );
  return csvText(MEASUREMENTS_COLUMNS, rows);
}
