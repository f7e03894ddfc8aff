/** report.json: the whole comparison as one document, for programs. Its schema is `documentSchema.ts`. */
import type { ComparisonRow } from '../accuracy/compare.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { scoreboard } from '../accuracy/score.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { conditionsOf } from '../records/external.ts';
import type { JudgedRecord } from '../records/judged.ts';
import { originOf } from '../records/origin.ts';
import { VERSION } from '../version.ts';
import { DOCUMENT_VERSION, type DocumentComparison, type ReportDocument } from './documentSchema.ts';
import { methodsOf, methodsText } from './methods.ts';
import { plainJson } from './plainLine.ts';
import { citation } from './reproduction.ts';

/** Everything but the comparisons, which may be millions. */
export function documentHead(judgement: Judgement): Omit<ReportDocument, 'comparisons'> {
  const { reportId, facts, statements, violations } = methodsOf(judgement);
  const methods = { text: methodsText({ statements }), statements, facts, violations };
  return {
    format: 'memproof-report',
    version: DOCUMENT_VERSION,
    memproof: VERSION,
    reportId,
    citation: citation({ reportId, version: VERSION, facts, statements, violations }),
    methods,
    formulas: judgement.estimators.map(formulaOf),
    records: judgement.records.map(recordOf),
    scoreboard: scoreboard(judgement.comparisons),
    accuracy: judgement.accuracy,
    groupedAccuracy: judgement.groupedAccuracy,
  };
}

/** Piece by piece, a row of a list on each line: no text of the whole is ever made, which would have a limit. */
export function* jsonReport(judgement: Judgement): Generator<string> {
  yield '{';
  for (const [name, value] of Object.entries(documentHead(judgement))) {
    yield `${name === 'format' ? '' : ','}\n${JSON.stringify(name)}: `;
    if (Array.isArray(value)) yield* lines<unknown>(value);
    else yield plainJson(value);
  }
  yield ',\n"comparisons": ';
  yield* lines(judgement.comparisons, comparisonOf);
  yield '\n}\n';
}

function* lines<Row>(rows: readonly Row[], shown: (row: Row) => unknown = (row) => row): Generator<string> {
  yield '[';
  for (const [index, row] of rows.entries()) yield `${index === 0 ? '' : ','}\n  ${plainJson(shown(row))}`;
  yield rows.length === 0 ? ']' : '\n]';
}

const formulaOf = ({ id, title, source, assumptions }: Estimator): ReportDocument['formulas'][number] => ({
  id,
  title,
  citation: source.citation,
  url: source.url ?? null,
  version: source.version,
  assumptions: assumptions.map((assumption) => ({ id: assumption.id, statement: assumption.statement })),
});

const recordOf = (record: JudgedRecord): ReportDocument['records'][number] => ({
  configId: record.configId,
  outcome: record.outcome,
  origin: originOf(record),
  conditions: record.outcome === 'external' ? conditionsOf(record) : {},
  configuration: record.configuration,
});

/** Without the configuration, which `records` has once. */
const comparisonOf = ({ configuration: _, ...row }: ComparisonRow): DocumentComparison => row;
