/** Spearman's rank correlation: does a formula put configurations into the right order, however wrong its numbers are? */

/**
 * From −1 to 1; null where `x` or `y` is constant. Tied values share the mean of their ranks. `y` is as long as `x`.
 * By sums of whole numbers, which are exact in every order (up to 300 000 pairs): a perfect order is 1 and nothing beside it, where
 * means and deviations in floating point (simple-statistics' sampleRankCorrelation) say 1.0000000000000002 of four pairs.
 */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number | null {
  const [a, b] = [ranksOnce(x), ranksOnce(y)];
  const spread = Math.sqrt(dot(a, a) * dot(b, b));
  return spread === 0 ? null : dot(a, b) / spread;
}

/** The same measurements are ranked against many formulas, and the same predictions in three ledgers: a list is ranked once, and must not change afterwards. */
function ranksOnce(values: readonly number[]): Float64Array {
  const ranks = RANKS.get(values) ?? centredRanks(values);
  RANKS.set(values, ranks);
  return ranks;
}

const RANKS = new WeakMap<readonly number[], Float64Array>();

/** Twice each value's rank from 1, less twice the mean rank: whole numbers with the sum 0. */
function centredRanks(values: readonly number[]): Float64Array {
  const sorted = Float64Array.from(values).sort();
  const different = sorted.filter((value, index) => value !== sorted[index - 1]);
  const ranks = new Float64Array(different.length); // first + last rank of each
  let place = 0;
  for (let index = 0; index < different.length; index++) {
    const first = place + 1;
    while (sorted[place] === different[index]) place++;
    ranks[index] = first + place - (values.length + 1);
  }
  return Float64Array.from(values, (value) => ranks[placeOf(different, value)] ?? 0);
}

/** Where `value` stands in `sorted`, which has it. */
function placeOf(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
