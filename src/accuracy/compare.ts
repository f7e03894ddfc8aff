/** The join: every record with readings meets every estimator, and no pair is dropped – what cannot be compared says so. */
import type { RunConfig } from '../config/schema.ts';
import {
  type Estimator,
  type Match,
  type Prediction,
  predictionsByLedger,
  standingOf,
  unsupported,
} from '../estimators/estimator.ts';
import { conditionsOf } from '../records/external.ts';
import { isRead, type JudgedRecord, type ReadRecord } from '../records/judged.ts';
import { originOf } from '../records/origin.ts';
import type { Ledger, Quantity } from '../records/quantity.ts';
import type { Bytes } from '../units/bytes.ts';
import { type ComponentName, compareParts, toldApart } from './compareParts.ts';
import { type JudgedBytes, judgeBytes, measuredBytesOf, NOT_APPLICABLE } from './judgeBytes.ts';
import { noises } from './noise.ts';
import { type ComparableReading, readingsOf, whyUnread } from './readings.ts';
import { ReadingTable } from './readingTable.ts';

export interface ComparisonRow extends JudgedBytes {
  readonly configId: string;
  readonly configuration: RunConfig;
  /** Who executed the step: see `originOf`. */
  readonly origin: string;
  readonly quantity: Quantity;
  readonly ledger: Ledger;
  /** `total` for the sum; the numbers of a `not-applicable` total are null. */
  readonly component: ComponentName | 'total';
  readonly estimator: string;
  readonly match: Match;
  readonly violatedAssumptions: readonly string[];
  /** Why a total is `not-applicable`; null everywhere else. */
  readonly reason: string | null;
  /** Of an external record: what no key of a configuration can express, and how the model was spread over devices. */
  readonly conditions: Readonly<Record<string, string>>;
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
export const compareRecords = (records: readonly JudgedRecord[], estimators: readonly Estimator[]): ComparisonRow[] =>
  records.flatMap((record) => [...comparisonsOf(record, estimators)]);

/** The rows of one record, made when they are asked for. `totalsOnly` leaves out the components, which no statistic needs. */
export function* comparisonsOf(
  record: JudgedRecord,
  estimators: readonly Estimator[],
  { totalsOnly = false }: { readonly totalsOnly?: boolean } = {},
): Generator<ComparisonRow> {
  if (!isRead(record)) return;
  const { reading, noise, meet } = sidesOf(record);
  for (const estimator of estimators) {
    const { standing, predictedIn } = meet(estimator);
    const inOrder = predictedInOrder(record, estimator);
    for (const { quantity, ledgers } of estimator.predicts) {
      for (const ledger of ledgers) {
        const prediction = predictedIn(ledger)[quantity] ?? NO_PREDICTION;
        const place: Place = { quantity, ledger, component: 'total' };
        const measured = reading(quantity, ledger);
        if (prediction.kind === 'unsupported') yield rowOf(standing, place, NOT_APPLICABLE, prediction.reason);
        else if (measured === undefined)
          yield rowOf(standing, place, NOT_APPLICABLE, whyUnread(record, quantity, ledger));
        else if (isPastBound(prediction, measured))
          yield rowOf(
            standing,
            place,
            NOT_APPLICABLE,
            `the reading is a lower bound: at least ${measured.bytes} bytes`,
          );
        else {
          const judged = judgeBytes(prediction.total, measured, noise(quantity, ledger));
          const isOrder = judged.errorBytes !== 0 && inOrder(quantity) === measured.bytes;
          yield rowOf(standing, place, isOrder ? { ...judged, verdict: 'address-order' } : judged, null);
          if (totalsOnly) continue;
          for (const [component, judged] of compareParts(prediction.components, toldApart(record, measured)))
            yield rowOf(standing, { quantity, ledger, component }, judged, null);
        }
      }
    }
  }
}

/** What the formula says where the allocator's regions lie as the record has it; asked only where it is wrong otherwise. */
function predictedInOrder(record: ReadRecord, estimator: Estimator): (quantity: Quantity) => number | null {
  const regions = record.outcome === 'measured' ? record.regions : undefined;
  if (regions === undefined || estimator.predictInOrder === undefined) return () => null;
  let predicted: ReturnType<NonNullable<Estimator['predictInOrder']>> | null = null;
  return (quantity) => {
    predicted ??= estimator.predictInOrder?.(record.configuration, regions) ?? {};
    const prediction = predicted[quantity];
    return prediction?.kind === 'bytes' ? prediction.total : null;
  };
}

/** Of a compared total what statistics are made of. */
export type CountedTotal = Pick<ComparedRow, 'configId' | 'origin' | 'estimator' | 'match' | 'quantity' | 'ledger'> &
  Pick<ComparedRow, 'predictedBytes' | 'measuredBytes' | 'resolutionBytes' | 'noiseBytes'>;

/** A reading, with what every comparison takes of it. */
interface ReadNumbers extends Pick<ComparedRow, 'measuredBytes' | 'resolutionBytes' | 'noiseBytes'> {
  readonly measured: ComparableReading;
}

/** The compared totals among the rows of one record: of a million of them, rows that are made and dropped took half of the time. */
export function forEachTotal(
  record: JudgedRecord,
  estimators: readonly Estimator[],
  take: (total: CountedTotal) => void,
): void {
  if (!isRead(record)) return;
  const { configId } = record;
  const { reading, noise, meet } = sidesOf(record);
  const numbers = new ReadingTable<ReadNumbers>(); // made once for all formulas
  for (const { quantity, ledger } of record.readings) {
    const measured = numbers.get(quantity, ledger) === undefined ? reading(quantity, ledger) : undefined;
    if (measured === undefined) continue;
    const noiseBytes = noise(quantity, ledger);
    numbers.set(quantity, ledger, { measured, noiseBytes, ...measuredBytesOf(measured) });
  }
  for (const estimator of estimators) {
    const { standing, predictedIn } = meet(estimator);
    const { origin, match } = standing;
    for (const { quantity, ledgers } of estimator.predicts) {
      for (const ledger of ledgers) {
        const read = numbers.get(quantity, ledger);
        if (read === undefined) continue;
        const prediction = predictedIn(ledger)[quantity];
        if (prediction?.kind !== 'bytes' || isPastBound(prediction, read.measured)) continue;
        take({
          configId,
          origin,
          estimator: estimator.id,
          match,
          quantity,
          ledger,
          predictedBytes: prediction.total,
          measuredBytes: read.measuredBytes,
          resolutionBytes: read.resolutionBytes,
          noiseBytes: read.noiseBytes,
        });
      }
    }
  }
}

/** Both sides of the join: what was read of `record`, and what a formula says of it. */
function sidesOf(record: ReadRecord) {
  const external = record.outcome === 'external' ? record : null;
  const conditions = external === null ? NO_CONDITIONS : conditionsOf(external);
  const { configId, configuration } = record;
  const origin = originOf(record);
  return {
    reading: readingsOf(record),
    noise: record.outcome === 'measured' ? noises(record) : () => null,
    meet: (estimator: Estimator) => ({
      standing: {
        configId,
        configuration,
        origin,
        conditions,
        estimator: estimator.id,
        ...standingOf(estimator, configuration, external?.deployment),
      },
      predictedIn: predictionsByLedger(estimator, configuration, external?.deployment),
    }),
  };
}

/** Is the prediction at least what is known to be the least? Then nothing is known of its error. */
const isPastBound = ({ total }: PredictedBytes, { lowerBound, bytes: least }: ComparableReading): boolean =>
  lowerBound === true && total >= least;

type Standing = Pick<
  ComparisonRow,
  'configId' | 'configuration' | 'origin' | 'conditions' | 'estimator' | 'match' | 'violatedAssumptions'
>;
type PredictedBytes = Extract<Prediction, { kind: 'bytes' }>;
type Place = Pick<ComparisonRow, 'quantity' | 'ledger' | 'component'>;

/** Written out key by key: rows are made by the million, and to spread three objects into each took half of the time. */
const rowOf = (standing: Standing, place: Place, judged: JudgedBytes, reason: string | null): ComparisonRow => ({
  configId: standing.configId,
  configuration: standing.configuration,
  origin: standing.origin,
  quantity: place.quantity,
  ledger: place.ledger,
  component: place.component,
  estimator: standing.estimator,
  predictedBytes: judged.predictedBytes,
  measuredBytes: judged.measuredBytes,
  resolutionBytes: judged.resolutionBytes,
  errorBytes: judged.errorBytes,
  errorRatio: judged.errorRatio,
  noiseBytes: judged.noiseBytes,
  match: standing.match,
  violatedAssumptions: standing.violatedAssumptions,
  verdict: judged.verdict,
  reason,
  conditions: standing.conditions,
});

const NO_PREDICTION = unsupported('the estimator gave no prediction');
const NO_CONDITIONS: ComparisonRow['conditions'] = {};
