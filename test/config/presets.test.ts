/** Each preset against the parameter count that was published for it. */
import { expect, test } from 'vitest';
import { obstacles } from '../../src/config/buildable.ts';
import { PRESETS } from '../../src/config/presets.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { exactParameterCount } from '../../src/estimators/exact/parameterCount.ts';

const countOf = (name: string): number => exactParameterCount(resolveConfig(PRESETS[name] ?? {}));

test.each([
  // The number of elements in the published weights.
  ['gpt2-small', 124_439_808],
  ['gpt2-medium', 354_823_168],
  ['gpt2-large', 774_030_080],
  ['gpt2-xl', 1_557_611_200],
  ['llama-2-7b', 6_738_415_616],
  ['llama-3-8b', 8_030_261_248],
  ['mistral-7b', 7_241_732_096],
])('%s has %i parameters', (name, published) => expect(countOf(name)).toBe(published));

test.each([
  ['bert-base', 109_482_240, 768],
  ['bert-large', 335_141_888, 1024],
])(
  '%s has its %i parameters but for token types, the norm behind the embeddings and the pooler',
  (name, published, H) => expect(countOf(name)).toBe(published - 2 * H - 2 * H - (H * H + H)),
);

test.each([
  ['gpt3-175b', 175e9, 0.005], // published with three digits
  ['transformer-base', 65e6, 0.04], // two digits, and a vocabulary of "about" 37 000: see the preset
  ['transformer-big', 213e6, 0.01],
])('%s has %f parameters, as far as that was published', (name, published, tolerance) =>
  expect(Math.abs(countOf(name) / published - 1)).toBeLessThan(tolerance),
);

test.each([
  ['gpt2-medium', 2],
  ['llama-3-8b', 8],
  ['gpt3-175b', 8],
] as const)(
  'a shard of %s of %i has its share of heads and columns, and all of what is not divided',
  (name, degree) => {
    const { model } = resolveConfig(PRESETS[name] ?? {});
    const { layers, hiddenSize: H, heads, keyValueHeads, headSize, feedForwardSize: F } = model;
    const projected = (heads + 2 * keyValueHeads) * headSize;
    const biases = model.biases ? projected + F : 0; // those of what is divided by columns
    const divided = projected * H + heads * headSize * H + (model.gatedFeedForward ? 3 : 2) * H * F + biases;
    const replicated = countOf(name) - layers * divided;
    expect(countOf(`${name}-shard-of-${degree}`)).toBe(replicated + (layers * divided) / degree);
  },
);

test.each(Object.keys(PRESETS))('%s can be built', (name) =>
  expect(obstacles(resolveConfig(PRESETS[name] ?? {}))).toEqual([]),
);
