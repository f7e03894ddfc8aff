/** The way from a configuration to a formula's own ground, and sweeps that measure it. */
import { configId } from '../config/configId.ts';
import type { RunConfig } from '../config/schema.ts';
import { type GroundStep, wayToGround } from './assumption.ts';
import type { Estimator } from './estimator.ts';

/** The last step of a way that the assumptions alone do not lead to its end: a formula can say by itself where its ground is. */
export const SAID_BY_THE_FORMULA = 'matched';

/** From `config` to the ground of `estimator`: no step where it is there already. */
export function wayToGroundOf(estimator: Estimator, config: RunConfig): GroundStep[] {
  if (estimator.matched === undefined) return wayToGround(config, estimator.assumptions);
  const ground = estimator.matched(config).config;
  if (configId(ground) === configId(config)) return [];
  const steps = wayToGround(config, estimator.assumptions);
  const reached = steps.at(-1)?.config ?? config;
  return configId(reached) === configId(ground)
    ? steps
    : [...steps, { assumption: SAID_BY_THE_FORMULA, config: ground }];
}

/** Each of `configs` and, next to it, every step of its way to the ground of each formula; each configuration once. */
export function withGrounds(configs: readonly RunConfig[], estimators: readonly Estimator[]): RunConfig[] {
  const found = new Map<string, RunConfig>();
  for (const config of configs) {
    const ways = estimators.flatMap((estimator) => wayToGroundOf(estimator, config));
    for (const wanted of [config, ...ways.map((step) => step.config)]) found.set(configId(wanted), wanted);
  }
  return [...found.values()];
}
