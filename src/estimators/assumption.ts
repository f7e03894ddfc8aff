/** Assumptions about single keys, and the nearest configuration that meets a list of assumptions. */
import { obstacles } from '../config/buildable.ts';
import { contradictions } from '../config/resolve.ts';
import { type RunConfig, valueAt } from '../config/schema.ts';
import { NO_TEACHER } from '../config/teacher.ts';
import type { Assumption, Ground } from './estimator.ts';

type Value = string | number | boolean;

/** `path` has one of `values`; the first is the source's own. */
export const keyIs = (id: string, statement: string, path: string, values: readonly Value[]): Assumption => ({
  id,
  statement,
  holds: (config) => values.includes(valueAt(config, path) as Value),
  nearby: (config) => values.map((value) => withKey(config, path, value)),
});

/** A size that follows from others, such as F = 4H. */
export const sizeIs = (
  id: string,
  statement: string,
  path: string,
  expected: (config: RunConfig) => number,
): Assumption => ({
  id,
  statement,
  holds: (config) => valueAt(config, path) === expected(config),
  nearby: (config) => (Number.isInteger(expected(config)) ? [withKey(config, path, expected(config))] : []),
});

/** Something that no key of a configuration decides, and that is never so in a model built here. */
export const neverBuilt = (id: string, statement: string): Assumption => ({ id, statement, holds: () => false });

/** Something that no key of a configuration decides and that is taken to be so: conditions of a record may say otherwise. */
export const takenFor = (id: string, statement: string): Assumption => ({ id, statement, holds: () => true });

/** What a formula takes for granted whose every term is of the model that is trained: no second one is in memory beside it. */
export const ONE_MODEL: Assumption = {
  id: 'one-model',
  statement: 'One model, the one that is trained: every term counts its tensors, and no teacher is beside it',
  holds: ({ step }) => step.teacher === 'none',
  nearby: (config) => [{ ...config, step: { ...config.step, ...NO_TEACHER } }],
};

/** What a set that predicts inference too assumes of training only: it holds in inference whatever the configuration. */
export const inTraining = (assumption: Assumption): Assumption => ({
  ...assumption,
  holds: (config) => config.step.kind !== 'training' || assumption.holds(config),
});

function withKey(config: RunConfig, path: string, value: Value): RunConfig {
  const [section = '', key = ''] = path.split('.');
  const values = config[section as keyof RunConfig];
  return { ...config, [section]: { ...values, [key]: value } };
}

/** A step of a way to a formula's ground: `config` is where the assumption of that id has been met, and all before it. */
export interface GroundStep {
  readonly assumption: string;
  readonly config: RunConfig;
}

/**
 * From `config` to the nearest configuration that can be built, one assumption after another: each violated one is met if only keys
 * change that can be built so and no assumption breaks that holds already. Ends, because every step makes one more assumption hold.
 */
export const wayToGround = (config: RunConfig, assumptions: readonly Assumption[]): GroundStep[] =>
  way(config, assumptions, canBecome);

/** The first step of that way, where of `assumptions` those that are `held` hold already; undefined where `config` is its end. */
export const firstStep = (
  config: RunConfig,
  assumptions: readonly Assumption[],
  held: readonly Assumption[],
): GroundStep | undefined => stepFrom(config, assumptions, held, canBecome);

/** Where the way to the ground ends, and what cannot be met there. */
export function nearestBuildable(config: RunConfig, assumptions: readonly Assumption[]): Ground {
  const nearest = wayToGround(config, assumptions).at(-1)?.config ?? config;
  return { config: nearest, unmet: assumptions.filter((a) => !a.holds(nearest)).map((a) => a.id) };
}

/** Where a formula speaks whether or not it can be built: the nearest configuration that makes sense and meets what keys can meet. */
export const nearestImaginable = (config: RunConfig, assumptions: readonly Assumption[]): RunConfig =>
  way(config, assumptions, (_before, after) => contradictions(after).length === 0).at(-1)?.config ?? config;

type MayBecome = (before: RunConfig, after: RunConfig) => boolean;

function way(config: RunConfig, assumptions: readonly Assumption[], mayBecome: MayBecome): GroundStep[] {
  const steps: GroundStep[] = [];
  for (;;) {
    const step = nextStep(steps.at(-1)?.config ?? config, assumptions, mayBecome);
    if (step === undefined) return steps;
    steps.push(step);
  }
}

function nextStep(config: RunConfig, assumptions: readonly Assumption[], mayBecome: MayBecome): GroundStep | undefined {
  const held = assumptions.filter((assumption) => assumption.holds(config));
  return stepFrom(config, assumptions, held, mayBecome);
}

function stepFrom(
  config: RunConfig,
  assumptions: readonly Assumption[],
  held: readonly Assumption[],
  mayBecome: MayBecome,
): GroundStep | undefined {
  for (const assumption of assumptions) {
    if (held.includes(assumption)) continue;
    for (const nearby of assumption.nearby?.(config) ?? []) {
      const meets = assumption.holds(nearby) && held.every((other) => other.holds(nearby));
      if (meets && mayBecome(config, nearby)) return { assumption: assumption.id, config: nearby };
    }
  }
  return undefined;
}

/** True if `after` makes sense, no changed key stands in the way of building it, and nothing does that did not before. */
function canBecome(before: RunConfig, after: RunConfig): boolean {
  if (contradictions(after).length > 0) return false;
  const remaining = obstacles(after);
  if (remaining.length === 0) return true;
  if (remaining.some(({ path }) => valueAt(before, path) !== valueAt(after, path))) return false;
  const old = obstacles(before).map((obstacle) => obstacle.path);
  return remaining.every(({ path }) => old.includes(path));
}
