/** measurements.csv: every reading of every record, raw. */
import type { ComponentBytes, MeasurementRecord, Reading } from '../records/measurement.ts';
import { type Column, configurationColumns, csvText } from './column.ts';

interface MeasurementRow {
  readonly record: MeasurementRecord;
  /** Null for a record without readings (out-of-memory, failed, skipped): one row without numbers. */
  readonly reading: Reading | null;
  /** Null for the total. */
  readonly part: ComponentBytes | null;
}

/** The peak is that of the total: a part may have had its own maximum elsewhere. */
const peakOf = ({ reading, part }: MeasurementRow): Reading['peak'] => (part === null ? reading?.peak : undefined);

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
    cell: ({ reading, part }) => (reading === null ? null : (part?.component ?? 'total')),
  },
  {
    name: 'layer',
    meaning: 'number of the layer, from 0; empty for the total and outside the layers',
    cell: ({ part }) => part?.layer ?? null,
  },
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
  { name: 'bytes', meaning: 'what was measured', cell: ({ reading, part }) => (part ?? reading)?.bytes ?? null },
  {
    name: 'peak_phase',
    meaning: 'phase of the maximum: `forward`, `backward` or `optimizer`',
    cell: (row) => peakOf(row)?.phase ?? null,
  },
  {
    name: 'peak_component',
    meaning: 'component of the buffer that raised the maximum',
    cell: (row) => peakOf(row)?.component ?? null,
  },
  {
    name: 'peak_kernel',
    meaning: 'kernel or op that raised the maximum',
    cell: (row) => peakOf(row)?.kernel ?? null,
  },
];

export const measurementsCsv = (records: readonly MeasurementRecord[]): string =>
  csvText(MEASUREMENTS_COLUMNS, records.flatMap(rowsOf));

function rowsOf(record: MeasurementRecord): MeasurementRow[] {
  if (record.outcome !== 'measured') return [{ record, reading: null, part: null }];
  return record.readings.flatMap((reading) =>
    [null, ...(reading.components ?? [])].map((part) => ({ record, reading, part })),
  );
}
