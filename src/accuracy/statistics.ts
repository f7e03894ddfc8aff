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
  const errors = predictedBytes.map((predicted, index) => predicted - (measuredBytes[index] ?? Number.NaN));
  const ratios = errors.map((error, index) => ratioOf(error, measuredBytes[index]));
  const noises = noiseBytes.map((noise, index) => (noise === null ? null : ratioOf(noise, measuredBytes[index])));
  const sorted = ascending(ratios);
  const sizes = ascending(ratios.map((ratio) => (ratio === null ? null : Math.abs(ratio))));
  const [smallest = null, largest = null] = [sorted[0], sorted.at(-1)];
  // Between two of the same size, the one that promises too little is the worse one.
  const worst = smallest !== null && largest !== null && -smallest >= largest ? smallest : largest;
  const underCount = errors.filter((error, index) => error < -(resolutionBytes[index] ?? 0)).length;
  return {
    count: errors.length,
    exactCount: errors.filter((error) => error === 0).length,
    underCount,
    underShare: underCount / errors.length,
    withoutRatioCount: errors.length - sorted.length,
    medianErrorRatio: quantile(sorted, 0.5),
    medianAbsoluteErrorRatio: quantile(sizes, 0.5),
    p90AbsoluteErrorRatio: quantile(sizes, 0.9),
    worstErrorRatio: worst,
    worstConfigId: worst === null ? null : firstOf(configIds.filter((_, index) => ratios[index] === worst)),
    minErrorRatio: smallest,
    maxErrorRatio: largest,
    noiseRatio: ascending(noises).at(-1) ?? null,
    rankCorrelation: new Set(configIds).size < FEWEST_TO_RANK ? null : rankCorrelation(predictedBytes, measuredBytes),
  };
}

/** 0 of 0 measured is no error; anything else of 0 has no ratio. */
function ratioOf(difference: number, measured = 0): number | null {
  if (difference === 0) return 0;
  return measured === 0 ? null : difference / Math.abs(measured); // activations may be less than nothing
}

const ascending = (values: readonly (number | null)[]): number[] =>
  Array.from(Float64Array.from(values.filter((value) => value !== null)).sort());

/** Linear between neighbours, as numpy and R do by default: of an even number the median is the mean of the middle two. */
const quantile = (sorted: number[], share: number): number | null =>
  sorted.length === 0 ? null : quantileSorted(sorted, share);

/** By code unit, the same on every machine. Of a list that is not empty. */
function firstOf(texts: readonly string[]): string {
  let [first = ''] = texts;
  for (const text of texts) if (text < first) first = text;
  return first;
}
