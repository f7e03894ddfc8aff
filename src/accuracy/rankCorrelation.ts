/** Spearman's rank correlation: does a formula put configurations into the right order, however wrong its numbers are? */

/**
 * From −1 to 1; null where `x` or `y` is constant. Tied values share the mean of their ranks. `y` is as long as `x`.
 * By sums of whole numbers, which are exact in every order (up to 300 000 pairs): a perfect order is 1 and nothing beside it, where
 * means and deviations in floating point (simple-statistics' sampleRankCorrelation) say 1.0000000000000002 of four pairs.
 */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number | null {
  const [a, b] = [centredRanks(x), centredRanks(y)];
  const spread = Math.sqrt(dot(a, a) * dot(b, b));
  return spread === 0 ? null : dot(a, b) / spread;
}

/** Twice each value's rank from 1, less twice the mean rank: whole numbers with the sum 0. */
function centredRanks(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  sorted.forEach((value, index) => {
    if (!first.has(value)) first.set(value, index + 1);
    last.set(value, index + 1);
  });
  return values.map((value) => (first.get(value) ?? 0) + (last.get(value) ?? 0) - (values.length + 1));
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
