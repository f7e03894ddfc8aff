/** What the article's numbers are computed from: its two examples, and a layer for the formulas that it gives no example of. */
import { type Expression, named, product } from './expression.ts';

/** "d_model = 768", "h (número de cabezas de atención) = 12", "N (número de capas) = 12", "vocab_size = 50,000"; d_ff "normalmente es 4*d_model". */
const EXAMPLE_WIDTH = 768;
export const EXAMPLE = {
  d_model: EXAMPLE_WIDTH,
  d_ff: 4 * EXAMPLE_WIDTH,
  N: 12,
  vocab_size: 50_000,
} as const;
/** GPT-2's positions (Radford et al. 2019, table 2), which the example would have if it is the model that it looks like. */
export const GPT2_POSITIONS = 1024;

/** "d_model = 12288", "d_ff = 4 * 12288 = 49152", "Número de capas = 96". */
export const GPT3 = {
  d_model: 12_288,
  d_ff: 4 * 12_288,
  N: 96,
  vocab_size: 50_257, // Radford et al. 2019, whose tokens GPT-3 has
  positions: 2048, // Brown et al. 2020, §2.1: n_ctx
} as const;

/**
 * GPT-2 small at batch 12 × 1024: nanoGPT's layer, whose vocabulary is padded to a multiple of 64. The derivation behind the article's
 * bytes (Rees 2023) is of it, and was measured there.
 */
export const REFERENCE = { L: 12, H: 768, a: 12, F: 4 * 768, V: 50_304, B: 12, S: 1024 } as const;

export const symbolsOf = <Name extends string>(values: Readonly<Record<Name, number>>): Record<Name, Expression> =>
  Object.fromEntries(
    (Object.entries(values) as [Name, number][]).map(([name, value]) => [name, named(name, value)]),
  ) as Record<Name, Expression>;

const { L, H, a, F, V, B, S } = symbolsOf(REFERENCE);
/** The reference layer's letters. E = BSH, as the article abbreviates. */
export const reference = { L, H, a, F, V, B, S, E: named('E', product(B, S, H)) };
