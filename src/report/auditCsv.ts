/** article-audit.csv: one row per claim of the article. */
import type { Audit, AuditedClaim, Measured } from '../accuracy/audit/index.ts';
import { type Cell, type Column, csvText } from './column.ts';

const ofMeasured =
  <Value extends Cell>(cell: (measured: Measured) => Value) =>
  ({ measured }: AuditedClaim): Value | null =>
    measured === null ? null : cell(measured);

const numberAt = (index: number) => (measured: Measured) => {
  const value = measured.values.at(index)?.value;
  return typeof value === 'number' ? value : null;
};

export const AUDIT_COLUMNS: readonly Column<AuditedClaim>[] = [
  { name: 'claim', type: 'text', meaning: 'id of the claim', cell: (row) => row.id },
  { name: 'section', type: 'text', meaning: 'part of the article', cell: (row) => row.section },
  { name: 'quote', type: 'text', meaning: "the article's own words", cell: (row) => row.quote },
  { name: 'unit', type: 'text', meaning: 'unit of the four numbers that follow', cell: (row) => row.unit },
  {
    name: 'printed',
    type: 'number',
    meaning: 'what the article says; empty where it claims no number',
    cell: (row) => row.printed,
  },
  {
    name: 'rounded_to',
    type: 'number',
    meaning: 'what the article rounded it to; empty where it is meant exactly',
    cell: (row) => row.roundedTo,
  },
  { name: 'derived', type: 'number', meaning: 'what follows from its own inputs', cell: (row) => row.derived },
  { name: 'error', type: 'number', meaning: 'printed − derived', cell: (row) => row.error },
  { name: 'error_ratio', type: 'number', meaning: 'error ÷ derived', cell: (row) => row.errorRatio },
  { name: 'verdict', type: 'text', meaning: '`right`, `right-only-if` or `wrong`', cell: (row) => row.verdict },
  { name: 'only_if', type: 'text', meaning: 'what has to hold for the claim to be right', cell: (row) => row.onlyIf },
  {
    name: 'derivation',
    type: 'text',
    meaning: 'the steps, one line after the other, joined by `; `',
    cell: (row) => row.derivation.map(({ label, steps }) => `${label}: ${steps.join(' = ')}`).join('; '),
  },
  { name: 'remark', type: 'text', meaning: 'why, in a sentence', cell: (row) => row.remark },
  {
    name: 'measured_what',
    type: 'text',
    meaning: 'what was measured; this and what follows is empty where nothing was',
    cell: ofMeasured(({ what }) => what),
  },
  {
    name: 'measured_claimed',
    type: 'text',
    meaning: 'what it would be if the article were right',
    cell: ofMeasured(({ claimed }) => claimed),
  },
  {
    name: 'measured_count',
    type: 'integer',
    meaning: 'records, or pairs of records, that say something',
    cell: ofMeasured(({ count }) => count),
  },
  {
    name: 'measured_agreeing',
    type: 'integer',
    meaning: 'of these, just what is claimed',
    cell: ofMeasured(({ agreeing }) => agreeing),
  },
  {
    name: 'measured_smallest',
    type: 'number',
    meaning: 'smallest measured number; empty for words',
    cell: ofMeasured(numberAt(0)),
  },
  {
    name: 'measured_largest',
    type: 'number',
    meaning: 'largest measured number; empty for words',
    cell: ofMeasured(numberAt(-1)),
  },
  {
    name: 'measured_words',
    type: 'text',
    meaning: 'measured words, each with its count, joined by `; `; empty for numbers',
    cell: ofMeasured(({ values }) =>
      values.flatMap(({ value, count }) => (typeof value === 'string' ? [`${value}: ${count}`] : [])).join('; '),
    ),
  },
];

export const auditCsv = ({ claims }: Audit): string => csvText(AUDIT_COLUMNS, claims);
