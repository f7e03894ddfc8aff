/** The join: every measured record meets every estimator, and no pair is dropped – what cannot be compared says so. */
import type { RunConfig } from '../config/schema.ts';
import { type Estimator, type Match, matchOf, type PartName, violatedAssumptions } from '../estimators/estimator.ts';
import type { MeasuredRecord, MeasurementRecord, Reading } from '../records/measurement.ts';
import type { Ledger, Quantity } from '../records/quantity.ts';
import { type Bytes, bytes } from '../units/bytes.ts';

export type Verdict = 'exact' | 'over' | 'under' | 'not-applicable';

export interface ComparisonRow {
  readonly configId: string;
  readonly configuration: RunConfig;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** `total` for the sum; the numbers of a `not-applicable` total are null. */
  readonly component: PartName | 'total';
  readonly estimator: string;
  readonly predictedBytes: Bytes | null;
  readonly measuredBytes: Bytes | null;
  /** Predicted − measured: negative where the formula promises less than is used. */
  readonly errorBytes: Bytes | null;
  /** Error ÷ measured. Null where measured is 0. */
  readonly errorRatio: number | null;
  readonly match: Match;
  readonly violatedAssumptions: readonly string[];
  readonly verdict: Verdict;
  /** Why a total is `not-applicable`; null everywhere else. */
  readonly reason: string | null;
}

/** A total with both numbers. */
export type ComparedRow = ComparisonRow & {
  readonly predictedBytes: Bytes;
  readonly measuredBytes: Bytes;
  readonly errorBytes: Bytes;
};

export const isCompared = (row: ComparisonRow): row is ComparedRow =>
  row.component === 'total' && row.errorBytes !== null;

/** In the order of the records, then of the estimators, then of what each predicts. */
export function compareRecords(
  records: readonly MeasurementRecord[],
  estimators: readonly Estimator[],
): ComparisonRow[] {
  return records
    .filter((record) => record.outcome === 'measured')
    .flatMap((record) => {
      const measured = firstReadings(record);
      return estimators.flatMap((estimator) => compareRecord(record, measured, estimator));
    });
}

const NO_NUMBERS = { predictedBytes: null, measuredBytes: null, errorBytes: null, errorRatio: null };

function compareRecord(record: MeasuredRecord, measured: FirstReadings, estimator: Estimator): ComparisonRow[] {
  const { configId, configuration } = record;
  const standing = {
    match: matchOf(estimator, configuration),
    violatedAssumptions: violatedAssumptions(estimator, configuration),
  };
  const predictions = estimator.predict(configuration);
  return estimator.predicts.flatMap(({ quantity, ledgers }) =>
    ledgers.flatMap((ledger): ComparisonRow[] => {
      const row = { configId, configuration, quantity, ledger, estimator: estimator.id, ...standing };
      const notApplicable = (reason: string) => [
        { ...row, component: 'total' as const, ...NO_NUMBERS, verdict: 'not-applicable' as const, reason },
      ];
      const prediction = predictions[quantity];
      if (prediction === undefined) return notApplicable('the estimator gave no prediction');
      if (prediction.kind === 'unsupported') return notApplicable(prediction.reason);
      const reading = measured.get(readingKey({ quantity, ledger }));
      if (reading === undefined) return notApplicable(whyUnread(record, quantity, ledger));
      const parts = Object.entries(prediction.components) as [PartName, Bytes][];
      return [
        { ...row, component: 'total', ...judge(prediction.total, bytes(reading.bytes)), reason: null },
        ...parts.map(([component, predictedBytes]): ComparisonRow => {
          return { ...row, component, ...NO_NUMBERS, predictedBytes, verdict: 'not-applicable', reason: null };
        }),
      ];
    }),
  );
}

function judge(predictedBytes: Bytes, measuredBytes: Bytes) {
  const errorBytes = bytes(predictedBytes - measuredBytes);
  const errorRatio = measuredBytes === 0 ? null : errorBytes / measuredBytes;
  const verdict: Verdict = errorBytes === 0 ? 'exact' : errorBytes > 0 ? 'over' : 'under';
  return { predictedBytes, measuredBytes, errorBytes, errorRatio, verdict };
}

type FirstReadings = ReadonlyMap<string, Reading>;

const readingKey = ({ quantity, ledger }: Pick<Reading, 'quantity' | 'ledger'>): string => `${quantity} ${ledger}`;

/** The first measured step after the warm-up steps is the one that is judged; later ones show the spread. */
function firstReadings(record: MeasuredRecord): FirstReadings {
  const first = new Map<string, Reading>();
  for (const reading of record.readings) {
    const known = first.get(readingKey(reading));
    const isEarlier =
      known === undefined ||
      reading.repeat < known.repeat ||
      (reading.repeat === known.repeat && reading.step < known.step);
    if (isEarlier) first.set(readingKey(reading), reading);
  }
  return first;
}

function whyUnread(record: MeasuredRecord, quantity: Quantity, ledger: Ledger): string {
  const unavailable = record.unavailable.find((entry) => entry.ledger === ledger);
  if (unavailable !== undefined) return `the ledger ${ledger} could not count: ${unavailable.reason}`;
  return `the record has no reading of ${quantity} by ${ledger}`;
}
