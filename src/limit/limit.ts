/** What one formula tells whoever asks how much fits: the largest value of a key whose step peak is within a memory. */
import type { RunConfig } from '../config/schema.ts';
import {
  type Prediction as Estimated,
  type Estimator,
  type Match,
  predictionsByLedger,
  standingOf,
  unsupported,
} from '../estimators/estimator.ts';
import { EXACT_ESTIMATORS } from '../estimators/index.ts';
import { type Ledger, type Quantity, WHOLE_PEAK } from '../records/quantity.ts';
import { MEBIBYTE_BYTES } from '../units/bytes.ts';
import type { Axis } from './axis.ts';
import { findEdge } from './edge.ts';

/**
 * `value`: the next one does not fit · `all`: every legal one fits · `none`: not even the smallest that the formula speaks of ·
 * `silent`: it speaks of none.
 */
export type LimitKind = 'value' | 'all' | 'none' | 'silent';

export interface Limit {
  readonly estimator: string;
  /** Whose count the bytes are; null where the formula has no step peak. */
  readonly ledger: Ledger | null;
  readonly kind: LimitKind;
  /** The largest value that fits; null where none does. */
  readonly value: number | null;
  /** The step peak there. */
  readonly bytes: number | null;
  /** The value above, or the smallest where none fits. */
  readonly next: Prediction | null;
  /** Why the formula is silent, or why every value fits. */
  readonly reason: string | null;
  /** One that knows every byte, and whose assumptions hold. */
  readonly exact: boolean;
  /** At the value; where there is none, at the smallest. */
  readonly match: Match;
  readonly violatedAssumptions: readonly string[];
}

/** `bytes` is null where the formula is silent of that value, with the reason. */
interface Prediction {
  readonly value: number;
  readonly bytes: number | null;
  readonly unsupported?: string;
  /** Why it does not fit, however small the peak: of a formula that follows the allocator up to its limit. */
  readonly outOfMemory?: string;
}

/** The count that a memory limit is about, then the nearest to it. */
const PREFERRED_LEDGERS: readonly Ledger[] = ['allocated', 'requested'];

/**
 * Up by doubling from the smallest value until one does not fit, then by halves. Values of which the formula is silent are passed over as
 * long as nothing fitted, and count as not fitting afterwards. Of a formula that is not monotone it is the first end that is met so.
 */
export async function limitOf(estimator: Estimator, axis: Axis, memoryBytes: number): Promise<Limit> {
  const ledger = peakLedger(estimator, WHOLE_PEAK[axis.at(axis.stride).step.kind]);
  const asked = new Map<number, Prediction>();
  const ask = (value: number): Prediction => {
    const prediction = asked.get(value) ?? predictionAt(estimator, ledger, axis.at(value), { value, memoryBytes });
    asked.set(value, prediction);
    return prediction;
  };
  const { stride, largest } = axis;
  const fits = ({ bytes, outOfMemory }: Prediction): boolean =>
    bytes !== null && bytes <= memoryBytes && outOfMemory === undefined;
  const edge = await findEdge({ least: 1, most: largest / stride, start: 1 }, (index) => {
    const prediction = ask(index * stride);
    const isPassedOver = prediction.bytes === null && ![...asked.values()].some(fits);
    return isPassedOver || fits(prediction);
  });
  const at = edge.below === null ? null : ask(edge.below * stride);
  const next = edge.above === null ? null : ask(edge.above * stride);
  const fitting = at !== null && fits(at) ? at : null;
  const kind = fitting !== null ? (next === null ? 'all' : 'value') : next === null ? 'silent' : 'none';
  const standing = standingOf(estimator, axis.at((fitting ?? next ?? at)?.value ?? stride));
  return {
    estimator: estimator.id,
    ledger,
    kind,
    value: fitting?.value ?? null,
    bytes: fitting?.bytes ?? null,
    next,
    reason: kind === 'silent' ? (ask(stride).unsupported ?? null) : kind === 'all' ? endOf(ask, axis) : null,
    exact: kind !== 'silent' && EXACT_ESTIMATORS.includes(estimator) && standing.match === 'matched',
    ...standing,
  };
}

function peakLedger({ predicts }: Estimator, whole: Quantity): Ledger | null {
  const ledgers = predicts.find(({ quantity }) => quantity === whole)?.ledgers ?? [];
  return PREFERRED_LEDGERS.find((ledger) => ledgers.includes(ledger)) ?? ledgers[0] ?? null;
}

/**
 * Asked under the limit itself where TensorFlow could have it, for fragments may end a step whose peak is below. A formula that is silent
 * then, and only then, says that memory is out.
 */
function predictionAt(
  estimator: Estimator,
  ledger: Ledger | null,
  config: RunConfig,
  { value, memoryBytes }: { readonly value: number; readonly memoryBytes: number },
): Prediction {
  if (ledger === null) return { value, bytes: null, unsupported: 'It has no formula for the peak of a step.' };
  const ask = (memoryLimitMiB: number | null): Estimated => peakOf(estimator, ledger, config, memoryLimitMiB);
  const limitMiB = memoryBytes / MEBIBYTE_BYTES;
  const canBeLimited = Number.isInteger(limitMiB) && config.runtime.allocator === 'bfc';
  const limited = ask(canBeLimited ? limitMiB : null);
  if (limited.kind === 'bytes') return { value, bytes: limited.total };
  const unlimited = canBeLimited ? ask(null) : limited;
  if (unlimited.kind === 'bytes') return { value, bytes: unlimited.total, outOfMemory: limited.reason };
  return { value, bytes: null, unsupported: unlimited.reason };
}

function peakOf(
  estimator: Estimator,
  ledger: Ledger,
  { runtime, ...others }: RunConfig,
  memoryLimitMiB: number | null,
): Estimated {
  const predicted = predictionsByLedger(estimator, { ...others, runtime: { ...runtime, memoryLimitMiB } });
  return predicted(ledger)[WHOLE_PEAK[others.step.kind]] ?? unsupported('no prediction');
}

const endOf = (ask: (value: number) => Prediction, { key, stride, largest, end }: Axis): string =>
  ask(stride).bytes === ask(largest).bytes ? `its step peak does not depend on ${key}` : end;
