/** Cells are what their columns say: a program that reads a file with these types loses nothing and meets no surprise. */
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { auditArticle } from '../../src/accuracy/audit/index.ts';
import { judge } from '../../src/accuracy/judge.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { ONE_DEVICE } from '../../src/estimators/deployment.ts';
import { estimateAll } from '../../src/estimators/estimates.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { auditCsv } from '../../src/report/auditCsv.ts';
import type { ColumnType } from '../../src/report/column.ts';
import { CSV_FILES, JUDGEMENT_CSV_FILES } from '../../src/report/csvFiles.ts';
import { estimatesCsv } from '../../src/report/estimatesCsv.ts';
import { committedRecords } from '../records/committedRecords.ts';

const IS: Readonly<Record<ColumnType, (cell: string) => boolean>> = {
  text: () => true,
  integer: (cell) => /^-?\d+$/.test(cell) && Number.isSafeInteger(Number(cell)),
  number: (cell) => cell.trim() === cell && Number.isFinite(Number(cell)),
  boolean: (cell) => cell === 'true' || cell === 'false',
};

const records = committedRecords('quickstart');
const judgement = judge(records, ESTIMATORS, ['batch.size', 'model.biases']);
const written = [
  ...JUDGEMENT_CSV_FILES.map(({ file, text }) => ({ file, text: text(judgement) })),
  { file: 'estimates.csv', text: estimatesCsv([estimateAll(resolveConfig({}), ONE_DEVICE, ESTIMATORS)]) },
  { file: 'article-audit.csv', text: auditCsv(auditArticle(records)) },
];

test.each(written)('$file', ({ file, text }) => {
  const types = new Map(CSV_FILES.find((csv) => csv.file === file)?.columns.map(({ name, type }) => [name, type]));
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const strangers = rows.flatMap((row) =>
    Object.entries(row).filter(([name, cell]) => cell !== '' && !IS[types.get(name) ?? 'boolean'](cell)),
  );
  expect(strangers).toEqual([]);
  expect(rows.length).toBeGreaterThan(0);
});

test('the types tell cells apart', () => {
  expect(
    IS.integer('1.5') || IS.integer('') || IS.integer('9007199254740993') || IS.boolean('1') || IS.number('exact'),
  ).toBe(false);
});
