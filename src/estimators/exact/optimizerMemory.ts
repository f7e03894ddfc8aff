/**
 * What an optimizer keeps, and what its update takes beyond that, in float32 bytes of the variables' sizes. Of tfjs 4.22.0's
 * optimizers (tfjs-core, src/optimizers) each temporary lives until its `tidy` ends; `assign` frees the value before.
 */
import type { OptimizerName } from '../../config/schema.ts';
import { type Bytes, bytes, FLOAT32_BYTES } from '../../units/bytes.ts';

/** Floats for variables of `sizes` elements each, in the order in which they are updated. */
type Floats = (sizes: readonly number[]) => number;

const sum: Floats = (sizes) => sizes.reduce((total, size) => total + size, 0);
const largest: Floats = (sizes) => sizes.reduce((most, size) => Math.max(most, size), 0);

/** Between steps, once the first has made it. */
const STATE: Readonly<Record<OptimizerName, Floats>> = {
  adam: (sizes) => 2 * sum(sizes) + 2, // adam_optimizer.ts: m and v; β₁ᵗ and β₂ᵗ
  adamw: (sizes) => 2 * sum(sizes) + 2, // adam's
  sgd: () => 1, // sgd_optimizer.ts: −learning rate
  momentum: (sizes) => sum(sizes) + 2, // momentum_optimizer.ts: the accumulation; momentum and sgd's scalar
  rmsprop: (sizes) => 2 * sum(sizes), // rmsprop_optimizer.ts: mean square, and a momentum that is there even if it is 0
  adagrad: (sizes) => sum(sizes), // adagrad_optimizer.ts: the sum of squares
  adamax: (sizes) => 2 * sum(sizes) + 2, // adamax_optimizer.ts: m and the infinity norm; β₁ᵗ and the iteration
  'adam-per-variable': (sizes) => 2 * sum(sizes), // src/training/adamPerVariable.ts: m and v
};

/** Over weights, state and gradients, at the fullest of `applyGradients`, in any step but the first. */
const TEMPORARIES: Readonly<Record<OptimizerName, Floats>> = {
  adam: adamTemporaries,
  adamw: adamTemporaries, // the decay before it takes one copy of a variable
  sgd: (sizes) => 2 * largest(sizes), // −lr·g, the new value
  momentum: (sizes) => 4 * largest(sizes), // m·a, + g, −lr·(…), the new value
  rmsprop: (sizes) => 14 * largest(sizes), // the mean square twice (4 + 4: tfjs computes it again), then 6 to the new momentum
  adagrad: (sizes) => 6 * largest(sizes), // g², + a (whose assignment frees one), + ε, √, g/√, −lr·(…), the new value
  adamax: adamaxTemporaries,
  'adam-per-variable': (sizes) => 5 * largest(sizes), // √v̂ + ε, m̂, their quotient, −lr·(…), the new value
};

/** One tidy around all variables. Each that is done leaves 11; the one at work has one more, before its old value is freed. */
function adamTemporaries(sizes: readonly number[]): number {
  const scalars = 2; // 1 − β₁ᵗ, 1 − β₂ᵗ
  return fullest(sizes, (done, size) => 11 * done + size) + scalars;
}

/** As Adam, with 7 and a scalar of each variable: the learning rate over 1 − β₁ᵗ is divided again for each. */
function adamaxTemporaries(sizes: readonly number[]): number {
  const scalars = 4; // 1 − β₁ᵗ; iteration · decay, + 1, the learning rate over that
  return fullest(sizes, (done, size, count) => 7 * done + size + count) + scalars;
}

/** The largest of `floats(p₁ + … + pᵢ, pᵢ, i)` over all variables. */
function fullest(sizes: readonly number[], floats: (done: number, size: number, count: number) => number): number {
  let done = 0;
  return sizes.reduce((most, size, index) => {
    done += size;
    return Math.max(most, floats(done, size, index + 1));
  }, 0);
}

/** Bytes of the optimizer's state for float32 variables of `variableSizes` elements. */
export const optimizerStateBytes = (name: OptimizerName, variableSizes: readonly number[]): Bytes =>
  bytes(FLOAT32_BYTES * STATE[name](variableSizes));

/**
 * Bytes of the fullest moment of `applyGradients` over weights, state and gradients, from the second step on. Variables have at
 * least two elements each: below that, scalars that come and go between the variables would count.
 */
export const optimizerPeakBytes = (name: OptimizerName, variableSizes: readonly number[]): Bytes =>
  bytes(FLOAT32_BYTES * TEMPORARIES[name](variableSizes));
