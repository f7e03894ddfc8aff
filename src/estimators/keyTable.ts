/** What a formula makes of each key of a configuration, found out by changing that key alone over its values. Nothing is declared. */
import { derivedKey } from '../config/derived.ts';
import { isDerived, perturbed } from '../config/perturb.ts';
import { PRESETS } from '../config/presets.ts';
import { mergeConfigs, resolveConfig } from '../config/resolve.ts';
import { CONFIG_PATHS, type RunConfig, runConfigSchema, valueAt } from '../config/schema.ts';
import { nearestImaginable } from './assumption.ts';
import { DEPLOYMENT_KEYS, type Deployment, deploymentSchema, ONE_DEVICE } from './deployment.ts';
import { type Estimator, groundOf, violatedAssumptions } from './estimator.ts';

type Value = string | number | boolean | null;

export interface KeyStanding {
  /** Dotted path. */
  readonly path: string;
  /** Another value changes a predicted number or its parts. */
  readonly modelled: boolean;
  /** Another value breaks an assumption, or the formula says nothing there: the values that do not, the ground's own first. Null if none does. */
  readonly assumed: readonly Value[] | null;
  /** How the assumed value follows from others, where it does on the ground. */
  readonly derivedAs: string | null;
}

/** Neither a number nor the match depends on it. */
export const isIgnored = ({ modelled, assumed }: KeyStanding): boolean => !modelled && assumed === null;

/** A small and a very large model: a term that is rounded away in one shows in the other. */
const BASES = [resolveConfig({}), resolveConfig(mergeConfigs(PRESETS['gpt3-175b'] ?? {}, {}))];

/** Every key of the configuration in the order of the schema, from the formula's own ground, also one that cannot be built. */
export function keyTable(estimator: Estimator): KeyStanding[] {
  const grounds = BASES.map((base) => imaginableGround(estimator, base));
  return CONFIG_PATHS.map((path) => {
    const found = grounds.map((ground) => standingOf(estimator, whereItSays(ground, path), path));
    const [first] = found;
    if (first === undefined) throw new Error('a table needs a base');
    const assumed = found.find((standing) => standing.assumed !== null) ?? first;
    return { ...assumed, modelled: found.some(({ modelled }) => modelled) };
  });
}

const imaginableGround = (estimator: Estimator, base: RunConfig): RunConfig =>
  nearestImaginable(groundOf(estimator, base).config, estimator.assumptions);

/** The sizes of a teacher say something only where there is one. */
const whereItSays = (ground: RunConfig, path: string): RunConfig =>
  path.startsWith('step.teacher') && valueAt(ground, path) === null
    ? (perturbed(ground, { 'step.teacher': 'inside' }) ?? ground)
    : ground;

function standingOf(estimator: Estimator, ground: RunConfig, path: string): KeyStanding {
  const own = valueAt(ground, path) ?? null;
  const before = violatedAssumptions(estimator, ground).join();
  const answer = estimator.predict(ground);
  let modelled = false;
  let breaks = false;
  const holding: Value[] = [own];
  for (const value of valuesOf(ground, path)) {
    const config = value === own ? null : perturbed(ground, { [path]: value });
    if (config === null) continue;
    const changed = estimator.predict(config);
    const silent = estimator.predicts.some(
      ({ quantity }) => answer[quantity]?.kind === 'bytes' && changed[quantity]?.kind !== 'bytes',
    );
    if (silent || violatedAssumptions(estimator, config).join() !== before) breaks = true;
    else holding.push(value);
    modelled ||= estimator.predicts.some(
      ({ quantity }) =>
        answer[quantity]?.kind === 'bytes' &&
        changed[quantity]?.kind === 'bytes' &&
        JSON.stringify(answer[quantity]) !== JSON.stringify(changed[quantity]),
    );
  }
  const derivedAs = isDerived(ground, path) ? (derivedKey(path)?.text ?? null) : null;
  return { path, modelled, assumed: breaks ? holding : null, derivedAs };
}

/** All values of a key that has few, and some of a size: its double, its half, three more. Illegal ones are left out later. */
function valuesOf(config: RunConfig, path: string): readonly Value[] {
  const [section = '', key = ''] = path.split('.');
  const shape: Readonly<Record<string, unknown>> = runConfigSchema.shape[section as keyof RunConfig].shape;
  const { options } = shape[key] as { readonly options?: readonly Value[] };
  if (options !== undefined) return options;
  const own = valueAt(config, path);
  if (typeof own === 'boolean') return [true, false];
  if (path === 'model.dropout') return [0, 0.1, 0.5];
  if (typeof own === 'number') return [2 * own, own / 2, 3 * own, own + 1];
  return [null, 1024, 4096]; // runtime.memoryLimitMiB
}

/** The keys of a deployment that change a prediction, each alone and on a model spread over eight by eight devices. */
export function deploymentKeys(estimator: Estimator): (keyof Deployment)[] {
  const ground = imaginableGround(estimator, BASES[0] as RunConfig);
  const spread = deploymentSchema.parse({ tensorParallel: 4, dataParallel: 8, experts: 8, expertsPerToken: 2 });
  return DEPLOYMENT_KEYS.filter((key) =>
    [ONE_DEVICE, spread, { ...spread, zeroStage: 3 as const }].some((base) => {
      const before = JSON.stringify(estimator.predict(ground, base));
      return valuesOfDeployment(key).some(
        (value) => JSON.stringify(estimator.predict(ground, { ...base, [key]: value })) !== before,
      );
    }),
  );
}

const valuesOfDeployment = (key: keyof Deployment): readonly (number | boolean | string)[] => {
  switch (key) {
    case 'sequenceParallel':
      return [true, false];
    case 'zeroStage':
      return [0, 1, 2, 3];
    case 'offload':
      return deploymentSchema.shape.offload.unwrap().options;
    case 'expertsPerToken':
      return [1, 2];
    default:
      return [1, 2, 4, 8];
  }
};
