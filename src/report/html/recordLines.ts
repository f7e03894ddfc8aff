/** What the list of configurations says of each record, and what the page keeps of its comparisons. */
import { type ComparisonRow, isCompared } from '../../accuracy/compare.ts';
import type { Judgement } from '../../accuracy/judge.ts';
import { describeConfig } from '../../config/describe.ts';
import { changedKeys, perturbed } from '../../config/perturb.ts';
import { resolveConfig } from '../../config/resolve.ts';
import type { RunConfig } from '../../config/schema.ts';
import { MATCHES } from '../../estimators/estimator.ts';
import type { JudgedRecord } from '../../records/judged.ts';
import { LEDGERS, QUANTITIES } from '../../records/quantity.ts';
import { formatBytes } from '../../units/bytes.ts';
import { wholePeakOf } from '../peakOf.ts';
import type { ComparedTotal, RecordLine } from './browser/pageData.ts';

/** In the order of the records. */
export function recordLines(records: readonly JudgedRecord[]): RecordLine[] {
  const plain = resolveConfig({});
  return records.map((record) => ({
    configId: record.configId,
    name: describeConfig(record.configuration),
    said: outcomeText(record),
    command: record.outcome === 'external' ? null : commandOf(plain, record.configuration),
  }));
}

function outcomeText(record: JudgedRecord): string {
  const peak = wholePeakOf(record);
  if (peak !== null)
    return `${peak.quantity} ${formatBytes(peak.bytes)} in ${peak.ledger}${peak.place === null ? '' : `, ${peak.place}`}`;
  if (record.outcome === 'failed') return `failed: ${record.error.code}`;
  return record.outcome === 'skipped' ? `skipped: ${record.reason}` : record.outcome;
}

/** Every key that is not at its default is said, and every key that would follow from these and is another. */
function commandOf(plain: RunConfig, configuration: RunConfig): string {
  const said = changedKeys(plain, configuration);
  const resolved = perturbed(plain, Object.fromEntries(said));
  const derived = resolved === null ? [] : changedKeys(resolved, configuration);
  const all = new Map([...said, ...derived]);
  return ['npx memproof run', ...[...all].map(([path, value]) => `--set ${path}=${value}`)].join(' ');
}

/** Of each record a line of JSON. What several ledgers are compared with is said once. */
export function* comparisonLines({ records, comparisons, estimators }: Judgement): Generator<string> {
  const number = new Map(estimators.map(({ id }, index) => [id, index]));
  const ofRecords = rowsOfRecords(comparisons);
  for (const { configuration } of records) {
    const totals = new Map<string, ComparedTotal>();
    for (const row of ofRecords.get(configuration) ?? []) {
      if (!isCompared(row)) continue;
      const { estimator, quantity, match, predictedBytes, ledger } = row;
      const start: ComparedTotal = [
        number.get(estimator) ?? -1,
        QUANTITIES.indexOf(quantity),
        MATCHES.indexOf(match),
        predictedBytes,
      ];
      const key = start.join();
      totals.set(key, [...(totals.get(key) ?? start), LEDGERS.indexOf(ledger)] as unknown as ComparedTotal);
    }
    yield JSON.stringify([...totals.values()]);
  }
}

/** A comparison has the configuration of its record: the same object, also where two records measured the same. */
function rowsOfRecords(comparisons: readonly ComparisonRow[]): Map<RunConfig, ComparisonRow[]> {
  const rows = new Map<RunConfig, ComparisonRow[]>();
  for (const row of comparisons) {
    const known = rows.get(row.configuration);
    if (known === undefined) rows.set(row.configuration, [row]);
    else known.push(row);
  }
  return rows;
}
