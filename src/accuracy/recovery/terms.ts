/** The terms that a law may have: products of sizes, per layer and outside the layers, named as people write them. */
import type { RunConfig } from '../../config/schema.ts';

/** A size by its letter, and in the words of the configuration. */
export const SIZES = {
  L: { words: 'model.layers', of: ({ model }) => model.layers },
  /** Of the micro-batch: what forward and backward see. */
  B: { words: 'batch.size', of: ({ batch, step }) => batch.size / step.microBatches },
  S: { words: 'batch.sequenceLength', of: ({ batch }) => batch.sequenceLength },
  H: { words: 'model.hiddenSize', of: ({ model }) => model.hiddenSize },
  a: { words: 'model.heads', of: ({ model }) => model.heads },
  F: { words: 'model.feedForwardSize', of: ({ model }) => model.feedForwardSize },
  V: { words: 'model.vocabularySize', of: ({ model }) => model.vocabularySize },
  M: { words: 'model.maxPositions', of: ({ model }) => model.maxPositions },
  K: { words: 'model.keyValueHeads · headSize', of: ({ model }) => model.keyValueHeads * model.headSize },
  g: { words: 'heads of a key head', of: ({ model }) => model.heads / model.keyValueHeads },
  d: { words: 'model.headSize', of: ({ model }) => model.headSize },
} as const satisfies Readonly<Record<string, { readonly words: string; of(config: RunConfig): number }>>;
export type Size = keyof typeof SIZES;

/** The dotted paths of all sizes; every other key of a configuration decides which law holds. */
export const SIZE_PATHS: readonly string[] = [
  'model.layers',
  'model.hiddenSize',
  'model.heads',
  'model.keyValueHeads',
  'model.headSize',
  'model.feedForwardSize',
  'model.vocabularySize',
  'model.maxPositions',
  'batch.size',
  'batch.sequenceLength',
];

export interface Term {
  /** `BSH`, `BaS²`; `1` for a constant. */
  readonly name: string;
  /** Counted once for every layer, or once. */
  readonly perLayer: boolean;
  /** What is multiplied, L included; a square is there twice. */
  readonly sizes: readonly Size[];
}

function term(perLayer: boolean, letters: string): Term {
  const sizes = [...letters] as Size[];
  const name = letters === '' ? '1' : letters.replace(/(.)\1/, '$1²');
  return { name, perLayer, sizes: perLayer ? ['L', ...sizes] : sizes };
}

/**
 * S² is a mask: one of the model, or one in each layer. BaS is a number for each row of scores, as fused attention keeps it. BS² is what a
 * formula has that lost the heads.
 */
const IN_LAYERS = ['BSH', 'BSF', 'BaSS', 'BaS', 'BSS', 'SS', 'BS', 'HH', 'HF', 'H', 'F', ''].map((sizes) =>
  term(true, sizes),
);
/** H² and HF are matrices of one block: an update is fullest at one variable, and recomputed blocks are there one at a time. */
const OUTSIDE = ['BSV', 'BSH', 'BS', 'VH', 'MH', 'SH', 'HH', 'HF', 'SS', 'V', 'H', 'S', 'B', ''].map((sizes) =>
  term(false, sizes),
);
/** What else one block has, where whole blocks are run again. */
const OF_ONE_BLOCK = ['BSF', 'BaSS', 'F'].map((sizes) => term(false, sizes));
/** Where several heads share a key head. The mask is then as high as such a group. */
const OF_SHARED_KEYS = [term(true, 'BSK'), term(true, 'HK'), term(true, 'K'), term(false, 'gSS')];
/** Of the tables of rotary positions. */
const OF_ROTARY = [term(false, 'Sd')];

/** All that a law of these configurations may have, those of the layers first. What it does not have gets the coefficient 0. */
export function termsFor(configurations: readonly RunConfig[]): readonly Term[] {
  const recomputing = configurations.some(
    ({ step }) => step.checkpointing === 'block' || step.checkpointing === 'sqrt',
  );
  const sharing = configurations.some(({ model }) => model.keyValueHeads !== model.heads);
  const rotary = configurations.some(({ model }) => model.positions === 'rotary');
  const all = [
    ...IN_LAYERS,
    ...(recomputing ? OF_ONE_BLOCK : []),
    ...OUTSIDE,
    ...(sharing ? OF_SHARED_KEYS : []),
    ...(rotary ? OF_ROTARY : []),
  ];
  return [...all.filter(({ perLayer }) => perLayer), ...all.filter(({ perLayer }) => !perLayer)];
}

/** False where a size that others give, such as that of a micro-batch, is a fraction. */
export const hasWholeSizes = (config: RunConfig): boolean =>
  Object.values(SIZES).every(({ of }) => Number.isInteger(of(config)));

/** How many elements the term counts in `config`, which has whole sizes. */
export const countOf = ({ sizes }: Term, config: RunConfig): bigint =>
  sizes.reduce((product, size) => product * BigInt(SIZES[size].of(config)), 1n);
