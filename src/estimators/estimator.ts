/** The interface of a formula set. One set per file; file name = `id` = the value in the CSV files. */
import type { RankedRegion } from '../allocator/regionOrder.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Component, Ledger, Quantity } from '../records/quantity.ts';
import { type Bytes, bytes } from '../units/bytes.ts';
import { firstStep, nearestBuildable } from './assumption.ts';
import type { Deployment } from './deployment.ts';
import type { Original } from './original.ts';
import { unknownDegree } from './unknownDegree.ts';

/** A part of a prediction. `unitemised` is what the source's total has beyond the parts that it lists. */
export type PartName = Component | 'unitemised';
export type Parts = Readonly<Partial<Record<PartName, Bytes>>>;

/** Bytes by component and their sum, or the reason why the source says nothing about this configuration. */
export type Prediction =
  | { readonly kind: 'bytes'; readonly components: Parts; readonly total: Bytes }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** What a source states or what all its terms consistently use. A term that it forgot is an error, never an assumption. */
export interface Assumption {
  readonly id: string;
  /** In the words of the source where it has any. */
  readonly statement: string;
  holds(config: RunConfig): boolean;
  /** Configurations close to `config` in which it holds, the closest first. Left out where no key could make it hold. */
  nearby?(config: RunConfig): readonly RunConfig[];
}

/** The nearest configuration that can be built, and the ids of the assumptions that still do not hold there. */
export interface Ground {
  readonly config: RunConfig;
  readonly unmet: readonly string[];
}

export interface Estimator {
  readonly id: string;
  readonly title: string;
  readonly source: { readonly citation: string; readonly url?: string; readonly version: string };
  /** Each quantity once, with the ledgers that the formula may be compared with. */
  readonly predicts: readonly { readonly quantity: Quantity; readonly ledgers: readonly Ledger[] }[];
  readonly assumptions: readonly Assumption[];
  /** Only of a formula that says by itself where its ground is. Left out, its assumptions lead there: see `groundOf`. */
  matched?(config: RunConfig): Ground;
  /** Only the quantities of `predicts`; on one device if nothing else is said. Per device, the fullest one. */
  predict(config: RunConfig, deployment?: Deployment): Readonly<Partial<Record<Quantity, Prediction>>>;
  /** For a formula whose numbers differ from ledger to ledger; `predict` then gives those of its first ledger. */
  predictIn?(ledger: Ledger, config: RunConfig): Readonly<Partial<Record<Quantity, Prediction>>>;
  /** For a formula that goes by a rule for the order of the allocator's regions: what it says where the order of a run is known. */
  predictInOrder?(config: RunConfig, regions: readonly RankedRegion[]): Readonly<Partial<Record<Quantity, Prediction>>>;
  /** It runs the step: a prediction costs up to seconds. Such a set judges only where it is asked for by name. */
  readonly simulates?: true;
  /** The source's own number of parameters, where it has a formula for it; `undefined` where that does not cover `config`. */
  countParameters?(config: RunConfig): number | undefined;
  /**
   * Evidence for keys that the formula ignores: dotted path → what the source says or leaves out, in one sentence. Only for keys that
   * change neither a prediction nor the match; that they do is found out (`keyTable.ts`), why they may is not.
   */
  readonly ignores?: Readonly<Record<string, string>>;
  /** The source's own functions, which golden vectors are checked against. */
  readonly originals?: readonly Original[];
}

/**
 * How a configuration stands to a formula: all assumptions hold · all that can be built hold · at least one does not.
 */
export type Match = 'matched' | 'nearest' | 'away';
export const MATCHES: readonly Match[] = ['matched', 'nearest', 'away'];

/** The `predicts` of a set whose quantities may all be compared with the same ledgers. */
export const comparedIn = (ledgers: readonly Ledger[], quantities: readonly Quantity[]): Estimator['predicts'] =>
  quantities.map((quantity) => ({ quantity, ledgers }));

/** What a formula predicts for `config`, by ledger. */
export function predictionsByLedger(
  estimator: Estimator,
  config: RunConfig,
  deployment?: Deployment,
): (ledger: Ledger) => Readonly<Partial<Record<Quantity, Prediction>>> {
  if (estimator.predictIn !== undefined) {
    const asked = new Map<Ledger, Readonly<Partial<Record<Quantity, Prediction>>>>(); // a quantity at a time
    return (ledger) => {
      const predictions = asked.get(ledger) ?? estimator.predictIn?.(ledger, config) ?? {};
      asked.set(ledger, predictions);
      return predictions;
    };
  }
  const predictions = estimator.predict(config, deployment);
  return () => predictions;
}

/** Ids of the assumptions that do not hold for `config`. */
export const violatedAssumptions = (estimator: Estimator, config: RunConfig): string[] =>
  estimator.assumptions.filter((assumption) => !assumption.holds(config)).map((assumption) => assumption.id);

/** The formula's own ground nearest to `config`. */
export const groundOf = (estimator: Estimator, config: RunConfig): Ground =>
  estimator.matched?.(config) ?? nearestBuildable(config, estimator.assumptions);

/** `nearest` when only assumptions fail that no buildable configuration can meet. */
export const matchOf = (estimator: Estimator, config: RunConfig): Match => standingOf(estimator, config).match;

/** What a formula assumes that ignores a deployment, whether or not its source says so. */
const ONE_DEVICE_ID = 'one-device';

/**
 * The match, and the assumptions that it rests on: asked once for both. Off its ground is also a formula that ignores `deployment`; it then
 * violates `one-device`.
 */
export function standingOf(
  estimator: Estimator,
  config: RunConfig,
  deployment?: Deployment,
): { readonly match: Match; readonly violatedAssumptions: readonly string[] } {
  const { assumptions } = estimator;
  const held: Assumption[] = [];
  const violated: string[] = [];
  for (const assumption of assumptions) {
    if (assumption.holds(config)) held.push(assumption);
    else violated.push(assumption.id);
  }
  if (deployment !== undefined && ignoresDeployment(estimator, config, deployment))
    return { match: 'away', violatedAssumptions: [...violated, ONE_DEVICE_ID] };
  if (violated.length === 0) return { match: 'matched', violatedAssumptions: violated };
  return { match: isNearest(estimator, config, held, violated) ? 'nearest' : 'away', violatedAssumptions: violated };
}

/** Can none of what is `violated` be met? Where assumptions lead the way, the first step tells: what it meets holds to the end. */
function isNearest(
  estimator: Estimator,
  config: RunConfig,
  held: readonly Assumption[],
  violated: readonly string[],
): boolean {
  if (estimator.matched === undefined) return firstStep(config, estimator.assumptions, held) === undefined;
  const { unmet } = estimator.matched(config);
  return violated.every((id) => unmet.includes(id));
}

/**
 * Does the formula give the numbers of one device that holds all, although `deployment` changes what each holds? It does if nothing of
 * what it predicts changes where the deployment is dropped; one that has nothing to say of either ignores nothing.
 */
export function ignoresDeployment(estimator: Estimator, config: RunConfig, deployment: Deployment): boolean {
  // ZeRO and offloading move states, so a formula of activations has nothing to say of them.
  const ofActivations = estimator.predicts.every(({ quantity }) => quantity === 'activations');
  if (unknownDegree(deployment, ofActivations ? ['zeroStage', 'offload'] : []) === undefined) return false;
  const predicted = estimator.predict(config, deployment);
  const hasNumbers = Object.values(predicted).some(({ kind }) => kind === 'bytes');
  return hasNumbers && JSON.stringify(predicted) === JSON.stringify(estimator.predict(config));
}

/** Sums parts into a prediction. Each part must be a whole number of bytes; unsupported above 2^53, where numbers are not exact. */
export function itemised(parts: Readonly<Partial<Record<PartName, number>>>): Prediction {
  const names = Object.keys(parts) as PartName[];
  let [size, total] = [0, 0];
  for (const name of names) size += Math.abs(parts[name] as number);
  if (size > Number.MAX_SAFE_INTEGER) return unsupported('The formula gives more bytes than can be counted exactly.');
  const components: Partial<Record<PartName, Bytes>> = {};
  for (const name of names) {
    const count = parts[name] as number;
    components[name] = bytes(count);
    total += count;
  }
  return { kind: 'bytes', components, total: bytes(total) };
}

/** Joins two itemised predictions part by part (`steady` + `activations` → a peak). Unsupported if either is. */
export function together(first: Prediction, second: Prediction): Prediction {
  if (first.kind === 'unsupported') return first;
  if (second.kind === 'unsupported') return second;
  const parts: Partial<Record<PartName, number>> = { ...first.components };
  for (const [name, count] of Object.entries(second.components) as [PartName, number][]) {
    parts[name] = (parts[name] ?? 0) + count;
  }
  return itemised(parts);
}

export const unsupported = (reason: string): Prediction => ({ kind: 'unsupported', reason });
