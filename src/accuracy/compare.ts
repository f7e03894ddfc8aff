/** The join: every record with readings meets every estimator, and no pair is dropped – what cannot be compared says so. */
import type { RunConfig } from '../config/schema.ts';
import {
  type Estimator,
  type Match,
  type PartName,
  type Parts,
  standingOf,
  unsupported,
} from '../estimators/estimator.ts';
import { conditionsOf } from '../records/external.ts';
import { isRead, type JudgedRecord, type ReadRecord } from '../records/judged.ts';
import type { ComponentBytes, MeasuredRecord, Reading } from '../records/measurement.ts';
import { originOf } from '../records/origin.ts';
import type { Ledger, Quantity } from '../records/quantity.ts';
import { type Bytes, bytes } from '../units/bytes.ts';
import { noises } from './noise.ts';
import { ReadingTable } from './readingTable.ts';

/** `within-resolution`: the measured number is not known well enough to tell. */
export type Verdict = 'exact' | 'within-resolution' | 'over' | 'under' | 'not-applicable';

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
  /** How far from `measuredBytes` the truth may be: half of the last digit that a source printed. Null where every byte is known. */
  readonly resolutionBytes: Bytes | null;
  /** Predicted − measured: negative where the formula promises less than is used. */
  readonly errorBytes: Bytes | null;
  /** Error ÷ measured, with the sign of the error. Null where measured is 0. */
  readonly errorRatio: number | null;
  /** Largest − smallest reading over the measured steps; null where there is one reading only, and of components. */
  readonly noiseBytes: Bytes | null;
  readonly match: Match;
  readonly violatedAssumptions: readonly string[];
  readonly verdict: Verdict;
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
    const predictions = estimator.predict(configuration, external?.deployment);
    for (const { quantity, ledgers } of estimator.predicts) {
      const prediction = predictions[quantity] ?? NO_PREDICTION;
      for (const ledger of ledgers) {
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
          yield rowOf(standing, place, judge(prediction.total, measured, noise(quantity, ledger)), null);
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
const rowOf = (standing: Standing, place: Place, judged: Judged, reason: string | null): ComparisonRow => ({
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

type Judged = Pick<
  ComparisonRow,
  'predictedBytes' | 'measuredBytes' | 'resolutionBytes' | 'errorBytes' | 'errorRatio' | 'noiseBytes' | 'verdict'
>;

const NOT_APPLICABLE: Judged = {
  predictedBytes: null,
  measuredBytes: null,
  resolutionBytes: null,
  errorBytes: null,
  errorRatio: null,
  noiseBytes: null,
  verdict: 'not-applicable',
};

/** What a reading of either kind of record has for a comparison. */
export interface ComparableReading {
  readonly bytes: number;
  readonly resolutionBytes?: number | undefined;
  /** The truth is at least `bytes`. */
  readonly lowerBound?: true | undefined;
  /** Of a peak, where the source says where it was. */
  readonly peak?: Reading['peak'];
  readonly components?: readonly ComparablePart[] | undefined;
}
interface ComparablePart extends Pick<ComparableReading, 'bytes' | 'resolutionBytes'> {
  readonly component: ComponentBytes['component'];
}

/** The measured parts, and whether they are all that there is: then a part that is not among them is 0 bytes. */
interface ToldApart {
  readonly parts: readonly ComparablePart[];
  readonly wholly: boolean;
}

/** A ledger of memproof's own knows every buffer; a source that leaves a remainder has other components in it. */
function toldApart(record: ReadRecord, { components }: ComparableReading): ToldApart | null {
  if (components === undefined) return null;
  if (record.outcome === 'measured') return { parts: components, wholly: true };
  const told = components.filter(({ component }) => component !== 'unattributed');
  return { parts: told, wholly: told.length === components.length };
}

/**
 * Every part that the formula names, in its order, then those that it leaves out: its parts add up to its total, so it predicts 0 of them.
 * `unitemised` has no counterpart, and nothing has one where the ledger did not tell components apart.
 */
function compareParts(predicted: Parts, measured: ToldApart | null): [ComponentName, Judged][] {
  const predictedBytesOf: Readonly<Partial<Record<ComponentName, Bytes>>> = predicted;
  const measuredOf = sumsOfComponents(measured?.parts ?? []);
  const names = new Set<ComponentName>([...(Object.keys(predicted) as PartName[]), ...measuredOf.keys()]);
  return [...names].map((component) => {
    const predictedBytes = predictedBytesOf[component] ?? bytes(0);
    const found = component === 'unitemised' ? undefined : (measuredOf.get(component) ?? absent(measured));
    if (found === undefined) return [component, { ...NOT_APPLICABLE, predictedBytes }];
    return [component, judge(predictedBytes, found, null)];
  });
}

const absent = (measured: ToldApart | null): ComparableReading | undefined =>
  measured?.wholly === true ? { bytes: 0 } : undefined;

function sumsOfComponents(parts: readonly ComparablePart[]): ReadonlyMap<ComponentName, ComparableReading> {
  const sums = new Map<ComponentName, ComparableReading>();
  for (const { component, bytes, resolutionBytes } of parts) {
    const sum = sums.get(component);
    const resolution = (sum?.resolutionBytes ?? 0) + (resolutionBytes ?? 0);
    sums.set(component, {
      bytes: (sum?.bytes ?? 0) + bytes,
      resolutionBytes: resolution === 0 ? undefined : resolution,
    });
  }
  return sums;
}

function judge(predictedBytes: Bytes, measured: ComparableReading, noiseBytes: Bytes | null): Judged {
  const measuredBytes = bytes(measured.bytes);
  const resolutionBytes = measured.resolutionBytes === undefined ? null : bytes(measured.resolutionBytes);
  const errorBytes = bytes(predictedBytes - measuredBytes);
  const errorRatio = measuredBytes === 0 ? null : errorBytes / Math.abs(measuredBytes);
  const verdict = verdictOn(errorBytes, resolutionBytes);
  return { predictedBytes, measuredBytes, resolutionBytes, errorBytes, errorRatio, noiseBytes, verdict };
}

function verdictOn(errorBytes: Bytes, resolutionBytes: Bytes | null): Verdict {
  if (resolutionBytes !== null && Math.abs(errorBytes) <= resolutionBytes) return 'within-resolution';
  return errorBytes === 0 ? 'exact' : errorBytes > 0 ? 'over' : 'under';
}

type FindReading<R> = (quantity: Quantity, ledger: Ledger) => R | undefined;

/** Of a record of memproof's own the first measured step; of an external one what its source gives. */
export function readingsOf(record: ReadRecord): FindReading<ComparableReading> {
  if (record.outcome === 'measured') return firstReadings(record);
  return (quantity, ledger) =>
    record.readings.find((reading) => reading.quantity === quantity && reading.ledger === ledger);
}

/** The first measured step after the warm-up steps is the one that is judged; later ones show the spread. */
export function firstReadings(record: MeasuredRecord): FindReading<Reading> {
  const first = new ReadingTable<Reading>();
  for (const reading of record.readings) {
    const known = first.get(reading.quantity, reading.ledger);
    const isEarlier =
      known === undefined ||
      reading.repeat < known.repeat ||
      (reading.repeat === known.repeat && reading.step < known.step);
    if (isEarlier) first.set(reading.quantity, reading.ledger, reading);
  }
  return (quantity, ledger) => first.get(quantity, ledger);
}

function whyUnread(record: ReadRecord, quantity: Quantity, ledger: Ledger): string {
  const silent = record.outcome === 'measured' ? record.unavailable : [];
  const unavailable = silent.find((entry) => entry.ledger === ledger);
  if (unavailable !== undefined) return `the ledger ${ledger} could not count: ${unavailable.reason}`;
  return `the record has no reading of ${quantity} by ${ledger}`;
}
