/** report.md: one screen of summary, and everything that makes it citable, folded. */
import { isCompared } from '../accuracy/compare.ts';
import type { Judgement } from '../accuracy/judge.ts';
import { type ScoreboardRow, scoreboard } from '../accuracy/score.ts';
import { describeConfig } from '../config/describe.ts';
import type { JudgedRecord } from '../records/judged.ts';
import { originOf } from '../records/origin.ts';
import { QUANTITIES } from '../records/quantity.ts';
import { formatBytes } from '../units/bytes.ts';
import { code, details, escaped, left, markdownTable, right } from './markdown.ts';
import { summaryMarkdown } from './markdownSummary.ts';
import { type Methods, methodsOf, methodsText } from './methods.ts';
import { nearestFirst } from './nearestFirst.ts';
import { wholePeakOf } from './peakOf.ts';
import { citation, reproduction } from './reproduction.ts';
import { errorText } from './scoreboard.ts';
import { rowsOfLedgers } from './shownLedgers.ts';

/** Beyond these a table is one for a spreadsheet; GitHub takes no summary beyond 1 MiB. */
const MOST_ROWS = 200;

/** Ends with a newline. */
export function markdownReport(judgement: Judgement): string {
  const methods = methodsOf(judgement);
  return `${[
    summaryMarkdown(judgement, methods).trimEnd(),
    details('All formulas', scoreboardMarkdown(judgement)),
    details('Configurations', configurationsMarkdown(judgement.records)),
    details(
      `Assumptions that did not hold (${methods.violations.length})`,
      violationsMarkdown(methods, judgement.comparisons),
    ),
    details('Methods', escaped(methodsText(methods))),
    details('Reproduce and cite', reproduceMarkdown(methods)),
  ].join('\n\n')}\n`;
}

function scoreboardMarkdown({ comparisons }: Judgement): string {
  const rows = rowsOfLedgers(scoreboard(comparisons), 'one');
  const blocks = QUANTITIES.flatMap((quantity) => {
    const ranked = rows.filter((row) => row.quantity === quantity).sort(nearestFirst);
    return ranked.length === 0 ? [] : [`**${quantity}**`, capped(SCORES, ranked.map(scoreCells), 'accuracy.csv')];
  });
  return blocks.length === 0 ? 'Nothing was compared.' : blocks.join('\n\n');
}

const SCORES = [
  left('formula'),
  left('ledger'),
  left('measured by'),
  right('configurations'),
  right('median error'),
  right('worst'),
  right('too little'),
  right('matched'),
  right('median where matched'),
];

const scoreCells = (row: ScoreboardRow): string[] => [
  code(row.estimator),
  row.ledger,
  escaped(row.origin),
  String(row.count),
  errorText(row.medianErrorRatio),
  errorText(row.worstErrorRatio),
  String(row.underCount),
  String(row.matchedCount),
  errorText(row.matchedMedianErrorRatio),
];

const configurationsMarkdown = (records: readonly JudgedRecord[]): string =>
  capped(
    [
      left('id'),
      left('configuration'),
      left('measured by'),
      left('outcome'),
      right('peak'),
      right('spread'),
      left('where'),
    ],
    records.map((record) => {
      const peak = wholePeakOf(record);
      return [
        code(record.configId),
        describeConfig(record.configuration),
        escaped(originOf(record)),
        record.outcome,
        peak === null ? '' : `${formatBytes(peak.bytes)} (${peak.ledger})`,
        peak === null || peak.noiseBytes === null ? '' : formatBytes(peak.noiseBytes),
        peak === null || peak.place === null ? escaped(reasonOf(record)) : escaped(peak.place),
      ];
    }),
    'measurements.csv',
  );

/** Why a record has no numbers. */
function reasonOf(record: JudgedRecord): string {
  if (record.outcome === 'out-of-memory')
    return `${record.allocation.phase}: ${record.allocation.kernel ?? record.allocation.message}`;
  if (record.outcome === 'failed') return `${record.error.code}: ${record.error.message}`;
  return record.outcome === 'skipped' ? record.reason : '';
}

function violationsMarkdown({ violations }: Methods, comparisons: Judgement['comparisons']): string {
  if (!comparisons.some(isCompared)) return 'Nothing was compared.';
  if (violations.length === 0) return 'All assumptions of every compared formula hold on every compared configuration.';
  return capped(
    [left('formula'), left('assumption'), left('in its words'), left('does not hold on')],
    violations.map(({ estimator, assumption, statement, configIds, ofConfigurations }) => [
      code(estimator),
      code(assumption),
      escaped(statement),
      configIds.length === ofConfigurations
        ? `all ${ofConfigurations}`
        : `${configIds.length} of ${ofConfigurations}: ${listed(configIds)}`,
    ]),
    'comparisons.csv',
  );
}

const FEW = 4;
const listed = (ids: readonly string[]): string =>
  `${ids.slice(0, FEW).map(code).join(', ')}${ids.length > FEW ? ', …' : ''}`;

const reproduceMarkdown = (methods: Methods): string =>
  [
    ...reproduction(methods).map(({ purpose, command }) => `${purpose}:\n\n\`\`\`sh\n${command}\n\`\`\``),
    `To cite it: ${escaped(citation(methods))}`,
  ].join('\n\n');

function capped(head: Parameters<typeof markdownTable>[0], rows: readonly (readonly string[])[], file: string): string {
  const more = rows.length - MOST_ROWS;
  const table = markdownTable(head, rows.slice(0, MOST_ROWS));
  return more > 0 ? `${table}\n\n${more} more are in ${file}.` : table;
}
