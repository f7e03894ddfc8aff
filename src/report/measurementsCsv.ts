/** measurements.csv: every reading of every record, raw. */
import { conditionsOf, type ExternalPart, type ExternalReading } from '../records/external.ts';
import { isRead, type JudgedRecord } from '../records/judged.ts';
import type { ComponentBytes, Reading } from '../records/measurement.ts';
import { type Column, conditionsText, configurationColumns, csvText } from './column.ts';

interface MeasurementRow {
  readonly record: JudgedRecord;
  /** Null for a record without readings (out-of-memory, failed, skipped): one row without numbers. */
  readonly reading: AnyReading | null;
  /** Null for the total. */
  readonly part: ComponentBytes | ExternalPart | null;
}

/** An external reading belongs to no step that could be counted, and nobody watched where its peak was. */
type AnyReading = ExternalReading & Partial<Pick<Reading, 'repeat' | 'step' | 'peak'>>;

/** The peak is that of the total: a part may have had its own maximum elsewhere. */
const peakOf = ({ reading, part }: MeasurementRow): Reading['peak'] => (part === null ? reading?.peak : undefined);

export const MEASUREMENTS_COLUMNS: readonly Column<MeasurementRow>[] = [
  {
    name: 'configId',
    type: 'text',
    meaning: 'identity of the configuration: 12 hex digits',
    cell: ({ record }) => record.configId,
  },
  ...configurationColumns<MeasurementRow>(({ record }) => record.configuration),
  {
    name: 'outcome',
    type: 'text',
    meaning: '`measured`, `out-of-memory`, `failed`, `skipped` or `external`',
    cell: ({ record }) => record.outcome,
  },
  {
    name: 'quantity',
    type: 'text',
    meaning: 'at which point of the step',
    cell: ({ reading }) => reading?.quantity ?? null,
  },
  { name: 'ledger', type: 'text', meaning: 'who counted', cell: ({ reading }) => reading?.ledger ?? null },
  {
    name: 'component',
    type: 'text',
    meaning: 'part of the model or the step; `total` for the sum',
    cell: ({ reading, part }) => (reading === null ? null : (part?.component ?? 'total')),
  },
  {
    name: 'layer',
    type: 'integer',
    meaning: 'number of the layer, from 0; empty for the total and outside the layers',
    cell: ({ part }) => part?.layer ?? null,
  },
  {
    name: 'repeat',
    type: 'integer',
    meaning: 'number of the measured step, from 1',
    cell: ({ reading }) => reading?.repeat ?? null,
  },
  {
    name: 'step',
    type: 'integer',
    meaning: 'number of the step in its process, from 1, warm-up steps included; 0 is before the first',
    cell: ({ reading }) => reading?.step ?? null,
  },
  {
    name: 'bytes',
    type: 'integer',
    meaning: 'what was measured',
    cell: ({ reading, part }) => (part ?? reading)?.bytes ?? null,
  },
  {
    name: 'peak_phase',
    type: 'text',
    meaning: 'phase of the maximum: `forward`, `backward` or `optimizer`',
    cell: (row) => peakOf(row)?.phase ?? null,
  },
  {
    name: 'peak_component',
    type: 'text',
    meaning: 'component of the buffer that raised the maximum',
    cell: (row) => peakOf(row)?.component ?? null,
  },
  {
    name: 'peak_kernel',
    type: 'text',
    meaning: 'kernel or op that raised the maximum',
    cell: (row) => peakOf(row)?.kernel ?? null,
  },
  {
    name: 'resolution_bytes',
    type: 'integer',
    meaning:
      'how far from `bytes` the truth may be, where a source printed rounded numbers; empty where every byte is known',
    cell: ({ reading, part }) =>
      (part === null ? reading : 'resolutionBytes' in part ? part : null)?.resolutionBytes ?? null,
  },
  {
    name: 'conditions',
    type: 'text',
    meaning:
      'of an external record: `name=value` of what no configuration key can express and of its deployment, joined by `;`',
    cell: ({ record }) => (record.outcome === 'external' ? conditionsText(conditionsOf(record)) : null),
  },
];

export const measurementsCsv = (records: readonly JudgedRecord[]): string =>
  csvText(MEASUREMENTS_COLUMNS, records.flatMap(rowsOf));

function rowsOf(record: JudgedRecord): MeasurementRow[] {
  if (!isRead(record)) return [{ record, reading: null, part: null }];
  const readings: readonly AnyReading[] = record.readings;
  return readings.flatMap((reading) =>
    [null, ...(reading.components ?? [])].map((part) => ({ record, reading, part })),
  );
}
