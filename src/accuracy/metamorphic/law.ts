/**
 * A metamorphic law: how the bytes of related configurations stand to each other in every step measured here. What a formula predicts
 * for one configuration may be wrong by any factor and yet obey; a formula that breaks a law has a term too few or too many.
 */
import { perturbed } from '../../config/perturb.ts';
import type { RunConfig } from '../../config/schema.ts';
import { exactParameterCount } from '../../estimators/exact/parameterCount.ts';
import type { Quantity } from '../../records/quantity.ts';
import { FLOAT32_BYTES } from '../../units/bytes.ts';

/** Name of the configuration that the others are changed from. */
export const BASE = 'base';

/** The related configurations by name, `base` not among them. */
export type FollowUps = Readonly<Record<string, RunConfig>>;

/** `factor` times the bytes of a quantity in the configuration with the name `at`. */
export interface RelationTerm {
  readonly factor: number;
  readonly quantity: Quantity;
  readonly at: string;
}

/** Bytes, both ends included; `most` is null where only a least is known. */
export interface Allowed {
  readonly least: number;
  readonly most: number | null;
}

/** One linear combination of bytes, and what it may be. */
export interface Relation {
  /** What it is about; terms of other quantities are what it is measured by. */
  readonly quantity: Quantity;
  readonly terms: readonly RelationTerm[];
  allowed(base: RunConfig, followUps: FollowUps): Allowed;
  /** Only of steps that are fullest in backward: elsewhere what it speaks of may be hidden below another peak. */
  readonly inBackward?: true;
}

export interface MetamorphicLaw {
  readonly id: string;
  readonly statement: string;
  /** Null where the law says nothing of `base`. Of two configurations that are each other's change only one is the base. */
  followUps(base: RunConfig): FollowUps | null;
  readonly relations: readonly Relation[];
}

/** Are the score matrices of all layers kept for backward? Fused attention never has them, and recomputation throws them away. */
export const keepsScores = ({ model, step }: RunConfig): boolean =>
  model.attention === 'unfused' && step.checkpointing === 'none';

type Changes = Readonly<Record<string, unknown>>;

/** `base` under each of the named changes; null if one contradicts what stays. */
export function changedBy(base: RunConfig, changes: Readonly<Record<string, Changes>>): FollowUps | null {
  const followUps: Record<string, RunConfig> = {};
  for (const [name, change] of Object.entries(changes)) {
    const changed = perturbed(base, change);
    if (changed === null) return null;
    followUps[name] = changed;
  }
  return followUps;
}

/** By how much `quantity` is larger at `name` than at `than`. */
export const growth = (quantity: Quantity, name: string, than = BASE): readonly RelationTerm[] => [
  { factor: 1, quantity, at: name },
  { factor: -1, quantity, at: than },
];

/** 0 where equal steps from `base` over `second` to `third` cost the same, more where each costs more than the one before. */
export const curvature = (quantity: Quantity, second: string, third: string): readonly RelationTerm[] => [
  { factor: 1, quantity, at: third },
  { factor: -2, quantity, at: second },
  { factor: 1, quantity, at: BASE },
];

export const exactly = (count: number): Allowed => ({ least: count, most: count });
export const atLeast = (count: number): Allowed => ({ least: count, most: null });

/** None of `quantities` is another at `name`. */
export const unchanged = (name: string, ...quantities: readonly Quantity[]): Relation[] =>
  quantities.map((quantity) => ({ quantity, terms: growth(quantity, name), allowed: () => exactly(0) }));

/** The weights grow by as many float32 as `name` has more parameters. */
export const weightsByParameters = (name: string): Relation => ({
  quantity: 'weights',
  terms: growth('weights', name),
  allowed: (base, { [name]: changed }) =>
    exactly(changed === undefined ? 0 : FLOAT32_BYTES * (exactParameterCount(changed) - exactParameterCount(base))),
});

/** What holds of the tape, and of every peak that is made of it. */
export const throughTape = (
  terms: (quantity: Quantity) => readonly RelationTerm[],
  allowed: Relation['allowed'],
): readonly Relation[] => [
  { quantity: 'activations', terms: terms('activations'), allowed },
  { quantity: 'backward-peak', terms: terms('backward-peak'), allowed },
  { quantity: 'step-peak', terms: terms('step-peak'), allowed, inBackward: true },
];

/** Sequences that go forward at once. */
export const microBatch = ({ batch, step }: RunConfig): number => batch.size / step.microBatches;

/** With a dimension of 1, transposes and reductions share buffers, and a size less is not the same step smaller. */
export const hasNoDimensionOfOne = (config: RunConfig): boolean =>
  Math.min(microBatch(config), config.batch.sequenceLength, config.model.heads, config.model.vocabularySize) >= 2;
