/** The join: every record with readings meets every estimator, and no pair is dropped – what cannot be compared says so. */
import type { RunConfig } from '../config/schema.ts';
import { type Estimator, type Match, predictionsByLedger, standingOf, unsupported } from '../estimators/estimator.ts';
import { conditionsOf } from '../records/external.ts';
import { isRead, type JudgedRecord } from '../records/judged.ts';
import { originOf } from '../records/origin.ts';
import type { Ledger, Quantity } from '../records/quantity.ts';
import type { Bytes } from '../units/bytes.ts';
import { type ComponentName, compareParts, toldApart } from './compareParts.ts';
import { type JudgedBytes, judgeBytes, NOT_APPLICABLE } from './judgeBytes.ts';
import { noises } from './noise.ts';
import { readingsOf, whyUnread } from './readings.ts';

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
  const external = record.outcome === 'external' ? record : null;
  const reading = readingsOf(record);
  const noise = record.outcome === 'measured' ? noises(record) : () => null;
  const conditions = external === null ? NO_CONDITIONS : conditionsOf(external);
  const { configId, configuration } = record;
  const origin = originOf(record);
  for (const estimator of estimators) {
    const standing = {
      configId,
      configuration,
      origin,
      conditions,
      estimator: estimator.id,
      ...standingOf(estimator, configuration, external?.deployment),
    };
    const predictedIn = predictionsByLedger(estimator, configuration, external?.deployment);
    for (const { quantity, ledgers } of estimator.predicts) {
      for (const ledger of ledgers) {
        const prediction = predictedIn(ledger)[quantity] ?? NO_PREDICTION;
        const place: Place = { quantity, ledger, component: 'total' };
        const measured = reading(quantity, ledger);
        if (prediction.kind === 'unsupported') yield rowOf(standing, place, NOT_APPLICABLE, prediction.reason);
        else if (measured === undefined)
          yield rowOf(standing, place, NOT_APPLICABLE, whyUnread(record, quantity, ledger));
        else if (measured.lowerBound === true && prediction.total >= measured.bytes)
          yield rowOf(
            standing,
            place,
            NOT_APPLICABLE,
            `the reading is a lower bound: at least ${measured.bytes} bytes`,
          );
        else {
          yield rowOf(standing, place, judgeBytes(prediction.total, measured, noise(quantity, ledger)), null);
          if (totalsOnly) continue;
          for (const [component, judged] of compareParts(prediction.components, toldApart(record, measured)))
            yield rowOf(standing, { quantity, ledger, component }, judged, null);
        }
      }
    }
  }
}

type Standing = Pick<
  ComparisonRow,
  'configId' | 'configuration' | 'origin' | 'conditions' | 'estimator' | 'match' | 'violatedAssumptions'
>;
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
