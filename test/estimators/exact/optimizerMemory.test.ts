import { describe, expect, it } from 'vitest';
import type { OptimizerName } from '../../../src/config/schema.ts';
import { optimizerPeakBytes, optimizerStateBytes } from '../../../src/estimators/exact/optimizerMemory.ts';

describe("what TensorFlow's allocation log showed", () => {
  const BETWEEN = [2000, 3000, 60, 2100]; // the largest variable in the middle
  const ALONE = [8000];
  const TINY_LAST = [17, 3300, 4096, 2]; // scalars of adamax weigh as much as the last variable

  // Measured on TensorFlow 2.18.1, CPU: state after the fourth step, and the peak of its update over what was there before.
  it.each<[OptimizerName, number[], number, number]>([
    ['adam', BETWEEN, 57288, 323448],
    ['adam', ALONE, 64008, 384008],
    ['adam', TINY_LAST, 59328, 342564],
    ['adamw', BETWEEN, 57288, 323448],
    ['adamw', ALONE, 64008, 384008],
    ['adamw', TINY_LAST, 59328, 342564],
    ['sgd', BETWEEN, 4, 24000],
    ['sgd', ALONE, 4, 64000],
    ['sgd', TINY_LAST, 4, 32768],
    ['momentum', BETWEEN, 28648, 48000],
    ['momentum', ALONE, 32008, 128000],
    ['momentum', TINY_LAST, 29668, 65536],
    ['rmsprop', BETWEEN, 57280, 168000],
    ['rmsprop', ALONE, 64000, 448000],
    ['rmsprop', TINY_LAST, 59320, 229376],
    ['adagrad', BETWEEN, 28640, 72000],
    ['adagrad', ALONE, 32000, 192000],
    ['adagrad', TINY_LAST, 29660, 98304],
    ['adamax', BETWEEN, 57288, 208912],
    ['adamax', ALONE, 64008, 256020],
    ['adamax', TINY_LAST, 59328, 223976],
    ['adam-per-variable', BETWEEN, 57280, 60000],
    ['adam-per-variable', ALONE, 64000, 160000],
    ['adam-per-variable', TINY_LAST, 59320, 81920],
  ])('%s %j', (name, sizes, state, peak) => {
    expect(optimizerStateBytes(name, sizes)).toBe(state);
    expect(optimizerPeakBytes(name, sizes)).toBe(peak);
  });
});
