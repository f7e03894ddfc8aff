/** Assumptions about single keys, and the nearest configuration that meets a list of assumptions. */
import { obstacles } from '../config/buildable.ts';
import { contradictions } from '../config/resolve.ts';
import { CONFIG_PATHS, type RunConfig, valueAt } from '../config/schema.ts';
import type { Assumption } from './estimator.ts';

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

/**
 * The nearest configuration that can be built: each violated assumption is met if only keys change that can be built so
 * and no assumption breaks that holds already. Ends, because every change makes one more assumption hold.
 */
export function nearestBuildable(
  config: RunConfig,
  assumptions: readonly Assumption[],
): { readonly config: RunConfig; readonly unmet: readonly string[] } {
  const nearest = towards(config, assumptions, canBecome);
  return { config: nearest, unmet: assumptions.filter((a) => !a.holds(nearest)).map((a) => a.id) };
}

/** Where a formula speaks whether or not it can be built: the nearest configuration that makes sense and meets what keys can meet. */
export const nearestImaginable = (config: RunConfig, assumptions: readonly Assumption[]): RunConfig =>
  towards(config, assumptions, (_before, after) => contradictions(after).length === 0);

type MayBecome = (before: RunConfig, after: RunConfig) => boolean;

function towards(config: RunConfig, assumptions: readonly Assumption[], mayBecome: MayBecome): RunConfig {
  let nearest = config;
  for (;;) {
    const step = nextStep(nearest, assumptions, mayBecome);
    if (step === undefined) return nearest;
    nearest = step;
  }
}

function nextStep(config: RunConfig, assumptions: readonly Assumption[], mayBecome: MayBecome): RunConfig | undefined {
  const held = assumptions.filter((assumption) => assumption.holds(config));
  for (const assumption of assumptions) {
    if (held.includes(assumption)) continue;
    for (const nearby of assumption.nearby?.(config) ?? []) {
      const meets = assumption.holds(nearby) && held.every((other) => other.holds(nearby));
      if (meets && mayBecome(config, nearby)) return nearby;
    }
  }
  return undefined;
}

/** True if `after` makes sense, no changed key stands in the way of building it, and nothing does that did not before. */
function canBecome(before: RunConfig, after: RunConfig): boolean {
  if (contradictions(after).length > 0) return false;
  const remaining = obstacles(after);
  if (remaining.length === 0) return true;
  const old = obstacles(before).map((obstacle) => obstacle.path);
  const changed = CONFIG_PATHS.filter((path) => valueAt(before, path) !== valueAt(after, path));
  return remaining.every(({ path }) => old.includes(path) && !changed.includes(path));
}
