/** The join: every measured record meets every estimator, and no pair is dropped – what cannot be compared says so. */
import type { RunConfig } from '../config/schema.ts';
import {
  type Estimator,
  type Match,
  type PartName,
  type Parts,
  standingOf,
  unsupported,
} from '../estimators/estimator.ts';
import type { ComponentBytes, MeasuredRecord, MeasurementRecord, Reading } from '../records/measurement.ts';
import { originOf } from '../records/origin.ts';
import type { Ledger, Quantity } from '../records/quantity.ts';
import { type Bytes, bytes } from '../units/bytes.ts';
import { noises } from './noise.ts';

export type Verdict = 'exact' | 'over' | 'under' | 'not-applicable';

/** A part that a formula names, or one that a ledger found. */
type ComponentName = PartName | ComponentBytes['component'];

export interface ComparisonRow {
  readonly configId: string;
  readonly configuration: RunConfig;
  /** Who executed the step: see `originOf`. */
  readonly origin: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** `total` for the sum; the numbers of a `not-applicable` total are null. */
  readonly component: ComponentName | 'total';
  readonly estimator: string;
  readonly predictedBytes: Bytes | null;
  readonly measuredBytes: Bytes | null;
  /** Predicted − measured: negative where the formula promises less than is used. */
  readonly errorBytes: Bytes | null;
  /** Error ÷ measured. Null where measured is 0. */
  readonly errorRatio: number | null;
  /** Largest − smallest reading over the measured steps; null where there is one reading only, and of components. */
  readonly noiseBytes: Bytes | null;
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

/** In the order of the records, then of the estimators, then of what each predicts; each total is followed by its parts. */
export const compareRecords = (
  records: readonly MeasurementRecord[],
  estimators: readonly Estimator[],
): ComparisonRow[] => records.flatMap((record) => [...comparisonsOf(record, estimators)]);

/** The rows of one record, made when they are asked for. `totalsOnly` leaves out the components, which no statistic needs. */
export function* comparisonsOf(
  record: MeasurementRecord,
  estimators: readonly Estimator[],
  { totalsOnly = false }: { readonly totalsOnly?: boolean } = {},
): Generator<ComparisonRow> {
  if (record.outcome !== 'measured') return;
  const reading = firstReadings(record);
  const noise = noises(record);
  const { configId, configuration } = record;
  const origin = originOf(record);
  for (const estimator of estimators) {
    const { match, violatedAssumptions } = standingOf(estimator, configuration);
    const predictions = estimator.predict(configuration);
    for (const { quantity, ledgers } of estimator.predicts) {
      const prediction = predictions[quantity] ?? NO_PREDICTION;
      for (const ledger of ledgers) {
        // Written out key by key: rows are made by the million, and copying a spread of them took half of the time.
        const row = (component: ComparisonRow['component'], judged: Judged, reason: string | null): ComparisonRow => ({
          configId,
          configuration,
          origin,
          quantity,
          ledger,
          component,
          estimator: estimator.id,
          predictedBytes: judged.predictedBytes,
          measuredBytes: judged.measuredBytes,
          errorBytes: judged.errorBytes,
          errorRatio: judged.errorRatio,
          noiseBytes: judged.noiseBytes,
          match,
          violatedAssumptions,
          verdict: judged.verdict,
          reason,
        });
        const measured = reading(quantity, ledger);
        if (prediction.kind === 'unsupported') yield row('total', NOT_APPLICABLE, prediction.reason);
        else if (measured === undefined) yield row('total', NOT_APPLICABLE, whyUnread(record, quantity, ledger));
        else {
          yield row('total', judge(prediction.total, bytes(measured.bytes), noise(quantity, ledger)), null);
          if (totalsOnly) continue;
          for (const [component, judged] of compareParts(prediction.components, measured.components))
            yield row(component, judged, null);
        }
      }
    }
  }
}

const NO_PREDICTION = unsupported('the estimator gave no prediction');

type Judged = Pick<
  ComparisonRow,
  'predictedBytes' | 'measuredBytes' | 'errorBytes' | 'errorRatio' | 'noiseBytes' | 'verdict'
>;

const NOT_APPLICABLE: Judged = {
  predictedBytes: null,
  measuredBytes: null,
  errorBytes: null,
  errorRatio: null,
  noiseBytes: null,
  verdict: 'not-applicable',
};

/**
 * Every part that the formula names, in its order, then those that it leaves out: its parts add up to its total, so it predicts 0 of them.
 * `unitemised` has no counterpart, and nothing has one where the ledger did not tell components apart.
 */
function compareParts(predicted: Parts, measured: readonly ComponentBytes[] | undefined): [ComponentName, Judged][] {
  const predictedBytesOf: Readonly<Partial<Record<ComponentName, Bytes>>> = predicted;
  const measuredBytesOf = sumsOverLayers(measured ?? []);
  const names = new Set<ComponentName>([...(Object.keys(predicted) as PartName[]), ...measuredBytesOf.keys()]);
  return [...names].map((component) => {
    const predictedBytes = predictedBytesOf[component] ?? bytes(0);
    if (measured === undefined || component === 'unitemised') return [component, { ...NOT_APPLICABLE, predictedBytes }];
    return [component, judge(predictedBytes, bytes(measuredBytesOf.get(component) ?? 0), null)];
  });
}

function sumsOverLayers(parts: readonly ComponentBytes[]): ReadonlyMap<ComponentBytes['component'], number> {
  const sums = new Map<ComponentBytes['component'], number>();
  for (const part of parts) sums.set(part.component, (sums.get(part.component) ?? 0) + part.bytes);
  return sums;
}

function judge(predictedBytes: Bytes, measuredBytes: Bytes, noiseBytes: Bytes | null): Judged {
  const errorBytes = bytes(predictedBytes - measuredBytes);
  const errorRatio = measuredBytes === 0 ? null : errorBytes / measuredBytes;
  const verdict: Verdict = errorBytes === 0 ? 'exact' : errorBytes > 0 ? 'over' : 'under';
  return { predictedBytes, measuredBytes, errorBytes, errorRatio, noiseBytes, verdict };
}

type FindReading = (quantity: Quantity, ledger: Ledger) => Reading | undefined;

/** The first measured step after the warm-up steps is the one that is judged; later ones show the spread. */
export function firstReadings(record: MeasuredRecord): FindReading {
  const key = (quantity: Quantity, ledger: Ledger): string => `${quantity} ${ledger}`;
  const first = new Map<string, Reading>();
  for (const reading of record.readings) {
    const known = first.get(key(reading.quantity, reading.ledger));
    const isEarlier =
      known === undefined ||
      reading.repeat < known.repeat ||
      (reading.repeat === known.repeat && reading.step < known.step);
    if (isEarlier) first.set(key(reading.quantity, reading.ledger), reading);
  }
  return (quantity, ledger) => first.get(key(quantity, ledger));
}

function whyUnread(record: MeasuredRecord, quantity: Quantity, ledger: Ledger): string {
  const unavailable = record.unavailable.find((entry) => entry.ledger === ledger);
  if (unavailable !== undefined) return `the ledger ${ledger} could not count: ${unavailable.reason}`;
  return `the record has no reading of ${quantity} by ${ledger}`;
}
