/** Compared totals → how far predictions are from measurements. Whatever their order, the same bits. */
import { quantileSorted } from 'simple-statistics';
import { rankCorrelation } from './rankCorrelation.ts';

/** Of signed error ratios (predicted − measured) ÷ measured. Null where no comparison of the group has a ratio. */
export interface Statistics {
  readonly count: number;
  readonly exactCount: number;
  /** Predicted less than measured: the error that ends in an out-of-memory. */
  readonly underCount: number;
  /** Of `count`, from 0 to 1. */
  readonly underShare: number;
  /** Something was predicted where 0 was measured: an error that no ratio can express, so it is counted apart. */
  readonly withoutRatioCount: number;
  readonly medianErrorRatio: number | null;
  readonly medianAbsoluteErrorRatio: number | null;
  /** The 90th percentile: about nine in ten are at most so far off, in either direction. */
  readonly p90AbsoluteErrorRatio: number | null;
  /** The largest by absolute value, with its sign. */
  readonly worstErrorRatio: number | null;
  readonly worstConfigId: string | null;
  readonly minErrorRatio: number | null;
  readonly maxErrorRatio: number | null;
  /** The largest noise ÷ measured: what of an error may be the measurement's own. Null where every step was measured once only. */
  readonly noiseRatio: number | null;
  /** Spearman's, of predicted against measured bytes. Null below three configurations, or where one side is always the same. */
  readonly rankCorrelation: number | null;
}

/** Compared totals column by column: of a million of them, numbers in lists fit into memory where objects do not. */
export interface Sample {
  readonly configIds: string[];
  readonly predictedBytes: number[];
  readonly measuredBytes: number[];
  /** Null where unknown. */
  readonly noiseBytes: (number | null)[];
  /** How far from a printed number the truth may be; 0 where every byte is known. */
  readonly resolutionBytes: number[];
}

export const joinedSample = (samples: readonly Sample[]): Sample => ({
  configIds: samples.flatMap(({ configIds }) => configIds),
  predictedBytes: samples.flatMap(({ predictedBytes }) => predictedBytes),
  measuredBytes: samples.flatMap(({ measuredBytes }) => measuredBytes),
  noiseBytes: samples.flatMap(({ noiseBytes }) => noiseBytes),
  resolutionBytes: samples.flatMap(({ resolutionBytes }) => resolutionBytes),
});

const FEWEST_TO_RANK = 3;

export function statisticsOf(sample: Sample): Statistics {
  const { configIds, predictedBytes, measuredBytes, noiseBytes, resolutionBytes } = sample;
  const count = configIds.length;
  const ratios = new Float64Array(count); // NaN where there is none
  let [exactCount, underCount, withoutRatioCount] = [0, 0, 0];
  let noiseRatio: number | null = null;
  for (let index = 0; index < count; index++) {
    const measured = measuredBytes[index] ?? Number.NaN;
    const error = (predictedBytes[index] ?? Number.NaN) - measured;
    const ratio = ratioOf(error, measured);
    ratios[index] = ratio;
    if (Number.isNaN(ratio)) withoutRatioCount++;
    if (error === 0) exactCount++;
    if (error < -(resolutionBytes[index] ?? 0)) underCount++;
    const noise = noiseBytes[index] ?? null;
    if (noise !== null) noiseRatio = largerOf(noiseRatio, ratioOf(noise, measured));
  }
  const sorted = Float64Array.from(ratios)
    .sort()
    .subarray(0, count - withoutRatioCount); // NaN comes last
  const sizes = absolute(sorted);
  const [smallest = null, largest = null] = [sorted[0], sorted.at(-1)];
  // Between two of the same size, the one that promises too little is the worse one.
  const worst = smallest !== null && largest !== null && -smallest >= largest ? smallest : largest;
  return {
    count,
    exactCount,
    underCount,
    underShare: underCount / count,
    withoutRatioCount,
    medianErrorRatio: quantile(sorted, 0.5),
    medianAbsoluteErrorRatio: quantile(sizes, 0.5),
    p90AbsoluteErrorRatio: quantile(sizes, 0.9),
    worstErrorRatio: worst,
    worstConfigId: worst === null ? null : firstOf(configIds.filter((_, index) => ratios[index] === worst)),
    minErrorRatio: smallest,
    maxErrorRatio: largest,
    noiseRatio,
    rankCorrelation: haveSeveral(configIds, FEWEST_TO_RANK) ? rankCorrelation(predictedBytes, measuredBytes) : null,
  };
}

/** 0 of 0 measured is no error; anything else of 0 has no ratio, which is NaN here. */
function ratioOf(difference: number, measured: number): number {
  if (difference === 0) return 0;
  return measured === 0 ? Number.NaN : difference / Math.abs(measured); // activations may be less than nothing
}

const largerOf = (known: number | null, ratio: number): number | null =>
  Number.isNaN(ratio) || (known !== null && known >= ratio) ? known : ratio;

/** The sizes of `sorted` numbers, ascending: those below 0 from their end and the others from their start, whichever is smaller. */
function absolute(sorted: Float64Array): Float64Array {
  let right = sorted.findIndex((value) => value >= 0);
  if (right < 0) right = sorted.length;
  let left = right - 1;
  return sorted.map(() => {
    const [below, above] = [-(sorted[left] ?? Number.NEGATIVE_INFINITY), sorted[right] ?? Number.POSITIVE_INFINITY];
    if (below < above) left--;
    else right++;
    return Math.min(below, above);
  });
}

/** Whether `fewest` of the texts differ. */
function haveSeveral(texts: readonly string[], fewest: number): boolean {
  const different = new Set<string>();
  return texts.some((text) => different.add(text).size >= fewest);
}

/** Linear between neighbours, as numpy and R do by default: of an even number the median is the mean of the middle two. */
const quantile = (sorted: Float64Array, share: number): number | null =>
  // It reads elements and the length only, but is declared for arrays.
  sorted.length === 0 ? null : quantileSorted(sorted as unknown as number[], share);

/** By code unit, the same on every machine. Of a list that is not empty. */
function firstOf(texts: readonly string[]): string {
  let [first = ''] = texts;
  for (const text of texts) if (text < first) first = text;
  return first;
}
