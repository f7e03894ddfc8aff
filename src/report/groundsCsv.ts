/** grounds.csv: every error away from a formula's ground in its parts. */
import type { ErrorPart, ErrorSplit } from '../accuracy/grounds/splitErrors.ts';
import { type Column, csvText } from './column.ts';

interface Row extends ErrorPart {
  readonly split: ErrorSplit;
}

export const GROUNDS_COLUMNS: readonly Column<Row>[] = [
  {
    name: 'configId',
    type: 'text',
    meaning: 'identity of the configuration: 12 hex digits',
    cell: ({ split }) => split.configId,
  },
  { name: 'quantity', type: 'text', meaning: 'at which point of the step', cell: ({ split }) => split.quantity },
  { name: 'ledger', type: 'text', meaning: 'who counted', cell: ({ split }) => split.ledger },
  { name: 'origin', type: 'text', meaning: 'who executed the steps', cell: ({ split }) => split.origin },
  { name: 'estimator', type: 'text', meaning: 'id of the formula set', cell: ({ split }) => split.estimator },
  {
    name: 'part',
    type: 'text',
    meaning: '`formula-error`, the id of an assumption, or `unsplit`; several joined by `+`',
    cell: (row) => row.part,
  },
  { name: 'from_configId', type: 'text', meaning: 'configuration before the step', cell: (row) => row.fromConfigId },
  {
    name: 'to_configId',
    type: 'text',
    meaning: 'configuration after the step; empty where the part is the whole error at `from_configId`',
    cell: (row) => row.toConfigId,
  },
  {
    name: 'error_bytes',
    type: 'integer',
    meaning: 'error at `from_configId` − error at `to_configId`',
    cell: (row) => row.errorBytes,
  },
  {
    name: 'error_ratio',
    type: 'number',
    meaning: 'error ÷ what was measured at `configId`; empty where that is 0',
    cell: (row) => row.errorRatio,
  },
  {
    name: 'reason',
    type: 'text',
    meaning: 'why the error is not split; empty where it is',
    cell: ({ split }) => split.reason,
  },
];

export const groundsCsv = (splits: readonly ErrorSplit[]): string =>
  csvText(
    GROUNDS_COLUMNS,
    splits.flatMap((split) => split.parts.map((part) => ({ ...part, split }))),
  );
