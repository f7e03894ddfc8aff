/** reconciliation.csv: every byte between two neighbouring ledgers, by name. */
import type { JudgedRecord } from '../records/judged.ts';
import type { ReconciliationRow } from '../records/measurement.ts';
import { type Column, csvText } from './column.ts';

interface DifferenceRow extends ReconciliationRow {
  readonly configId: string;
}

export const RECONCILIATION_COLUMNS: readonly Column<DifferenceRow>[] = [
  {
    name: 'configId',
    type: 'text',
    meaning: 'identity of the configuration: 12 hex digits',
    cell: (row) => row.configId,
  },
  { name: 'quantity', type: 'text', meaning: 'at which point of the step', cell: (row) => row.quantity },
  { name: 'from_ledger', type: 'text', meaning: 'who counted', cell: (row) => row.from },
  { name: 'to_ledger', type: 'text', meaning: 'the next ledger that counted', cell: (row) => row.to },
  { name: 'part', type: 'text', meaning: 'name of the difference', cell: (row) => row.part },
  {
    name: 'bytes',
    type: 'integer',
    meaning: 'by how much `to_ledger` reads more because of it; negative where it reads less',
    cell: (row) => row.bytes,
  },
];

export const reconciliationCsv = (records: readonly JudgedRecord[]): string =>
  csvText(
    RECONCILIATION_COLUMNS,
    records
      .filter((record) => record.outcome === 'measured')
      .flatMap(({ configId, reconciliation }) => reconciliation.map((row) => ({ configId, ...row }))),
  );
