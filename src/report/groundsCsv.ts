/** grounds.csv: every error away from a formula's ground in its parts. */
import type { ErrorPart, ErrorSplit } from '../accuracy/grounds/splitErrors.ts';
import { type Column, csvText } from './column.ts';

interface Row extends ErrorPart {
  readonly split: ErrorSplit;
}

export const GROUNDS_COLUMNS: readonly Column<Row>[] = [
  { name: 'configId', meaning: 'identity of the configuration: 12 hex digits', cell: ({ split }) => split.configId },
  { name: 'quantity', meaning: 'at which point of the step', cell: ({ split }) => split.quantity },
  { name: 'ledger', meaning: 'who counted', cell: ({ split }) => split.ledger },
  { name: 'origin', meaning: 'who executed the steps', cell: ({ split }) => split.origin },
  { name: 'estimator', meaning: 'id of the formula set', cell: ({ split }) => split.estimator },
  {
    name: 'part',
    meaning: '`formula-error`, the id of an assumption, or `unsplit`; several joined by `+`',
    cell: (row) => row.part,
  },
  { name: 'from_configId', meaning: 'configuration before the step', cell: (row) => row.fromConfigId },
  {
    name: 'to_configId',
    meaning: 'configuration after the step; empty where the part is the whole error at `from_configId`',
    cell: (row) => row.toConfigId,
  },
  { name: 'error_bytes', meaning: 'error at `from_configId` − error at `to_configId`', cell: (row) => row.errorBytes },
  {
    name: 'error_ratio',
    meaning: 'error ÷ what was measured at `configId`; empty where that is 0',
    cell: (row) => row.errorRatio,
  },
  { name: 'reason', meaning: 'why the error is not split; empty where it is', cell: ({ split }) => split.reason },
];

export const groundsCsv = (splits: readonly ErrorSplit[]): string =>
  csvText(
    GROUNDS_COLUMNS,
    splits.flatMap((split) => split.parts.map((part) => ({ ...part, split }))),
  );
