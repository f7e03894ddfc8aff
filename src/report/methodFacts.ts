/** How the numbers of a report were obtained, read off its records: nothing here is known beforehand. */
import { isCompared } from '../accuracy/compare.ts';
import type { Judgement } from '../accuracy/judge.ts';
import type { ExternalRecord } from '../records/external.ts';
import { isOwn, isRead, type JudgedRecord } from '../records/judged.ts';
import type { Environment, MeasuredRecord, MeasurementRecord } from '../records/measurement.ts';
import { LEDGERS, type Ledger, QUANTITIES, type Quantity } from '../records/quantity.ts';
import { type LedgerNoise, ledgerNoise } from './ledgerNoise.ts';

/** Software and device that several records have in common. */
export interface MethodEnvironment
  extends Pick<Environment, 'driver' | 'cuda' | 'tensorflow' | 'tfjs' | 'node' | 'platform'> {
  readonly device: Pick<Environment['device'], 'kind' | 'name'>;
  readonly records: number;
}

/** Code that measured: a commit, or why none is known. */
export interface MethodCode {
  readonly commit: string | null;
  /** Whether the tree had changes that the commit does not. */
  readonly dirty: boolean;
  readonly reason: string | null;
  readonly records: number;
}

export interface MethodFacts {
  /** Outcome → how many records. */
  readonly outcomes: Readonly<Partial<Record<JudgedRecord['outcome'], number>>>;
  readonly configurations: number;
  readonly environments: readonly MethodEnvironment[];
  /** Of TensorFlow, where that executed: `malloc`, `bfc` or `cuda_malloc_async`. */
  readonly allocators: readonly string[];
  readonly code: readonly MethodCode[];
  /** What was read at all. */
  readonly quantities: readonly Quantity[];
  readonly ledgers: readonly Ledger[];
  /** Ledgers that could not count somewhere, each with its reasons. */
  readonly unavailable: readonly {
    readonly ledger: Ledger;
    readonly reasons: readonly string[];
    readonly records: number;
  }[];
  /** Steps before the first measured one, and measured steps; a range where records differ, null without a measured record. */
  readonly warmUpSteps: Range | null;
  readonly measuredSteps: Range | null;
  /** Only ledgers that were read twice or more. */
  readonly noise: readonly LedgerNoise[];
  /** Formula sets that were asked, and those with a compared number. */
  readonly formulaSets: number;
  readonly comparedFormulaSets: number;
  readonly comparisons: number;
  /** Of external records. */
  readonly citations: readonly string[];
  readonly frameworks: readonly string[];
}

export interface Range {
  readonly smallest: number;
  readonly largest: number;
}

export function methodFacts({ records, estimators, comparisons }: Judgement): MethodFacts {
  const own = records.filter(isOwn);
  const measured = own.filter((record) => record.outcome === 'measured');
  const external = records.filter((record) => record.outcome === 'external');
  const readings = records
    .filter(isRead)
    .flatMap((record) => record.readings as readonly { quantity: Quantity; ledger: Ledger }[]);
  const compared = comparisons.filter(isCompared);
  return {
    outcomes: outcomesOf(records),
    configurations: new Set(records.map(({ configId }) => configId)).size,
    environments: environmentsOf(own),
    allocators: distinct(
      own
        .filter(({ configuration }) => configuration.runtime.backend === 'tensorflow')
        .map(({ configuration }) => configuration.runtime.allocator),
    ),
    code: codeOf(own),
    quantities: QUANTITIES.filter((quantity) => readings.some((reading) => reading.quantity === quantity)),
    ledgers: LEDGERS.filter((ledger) => readings.some((reading) => reading.ledger === ledger)),
    unavailable: unavailableOf(measured),
    warmUpSteps: rangeOf(measured.flatMap((record) => stepReadings(record).map(({ step, repeat }) => step - repeat))),
    measuredSteps: rangeOf(measured.map((record) => Math.max(0, ...stepReadings(record).map(({ repeat }) => repeat)))),
    noise: ledgerNoise(measured),
    formulaSets: estimators.length,
    comparedFormulaSets: new Set(compared.map(({ estimator }) => estimator)).size,
    comparisons: compared.length,
    citations: distinct(external.map(({ provenance }) => provenance.citation)),
    frameworks: distinct(external.map(frameworkText)),
  };
}

const OUTCOMES = [
  'measured',
  'out-of-memory',
  'failed',
  'skipped',
  'external',
] as const satisfies readonly JudgedRecord['outcome'][];

function outcomesOf(records: readonly JudgedRecord[]): MethodFacts['outcomes'] {
  const counts = counted(records, ({ outcome }) => outcome);
  return Object.fromEntries(
    OUTCOMES.flatMap((outcome) => (counts.has(outcome) ? [[outcome, counts.get(outcome)]] : [])),
  );
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

function counted<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

/** `weights` is read before the first step. */
const stepReadings = ({ readings }: MeasuredRecord) => readings.filter(({ quantity }) => quantity !== 'weights');

const rangeOf = (values: readonly number[]): Range | null =>
  values.length === 0
    ? null
    : {
        smallest: values.reduce((a, b) => Math.min(a, b)),
        largest: values.reduce((a, b) => Math.max(a, b)),
      };

const environmentsOf = (records: readonly MeasurementRecord[]): MethodEnvironment[] =>
  grouped(
    records.map(({ environment: { device, driver, cuda, tensorflow, tfjs, node, platform } }) => ({
      device: { kind: device.kind, name: device.name },
      driver,
      cuda,
      tensorflow,
      tfjs,
      node,
      platform,
    })),
  );

const codeOf = (records: readonly MeasurementRecord[]): MethodCode[] => grouped(records.map(({ git }) => git));

/** Equal ones once, with their number, in an order that does not depend on that of the records. */
function grouped<Value extends object>(values: readonly Value[]): (Value & { readonly records: number })[] {
  const counts = counted(values, (value) => JSON.stringify(value));
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([text, records]) => ({ ...(JSON.parse(text) as Value), records }));
}

function unavailableOf(records: readonly MeasuredRecord[]): MethodFacts['unavailable'] {
  const entries = records.flatMap(({ unavailable }) => unavailable);
  return LEDGERS.flatMap((ledger) => {
    const ofLedger = entries.filter((entry) => entry.ledger === ledger);
    if (ofLedger.length === 0) return [];
    return [{ ledger, reasons: distinct(ofLedger.map(({ reason }) => reason)), records: ofLedger.length }];
  });
}

function frameworkText({ framework, device }: ExternalRecord): string {
  const program = framework.version === null ? framework.name : `${framework.name} ${framework.version}`;
  return `${program} on ${device.label}${device.evidence === 'simulated' ? ' (simulated)' : ''}`;
}
