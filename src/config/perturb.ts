/** One key of a complete configuration changed as a user would change it: sizes that followed from others still follow. */
import { MemproofError } from '../errors.ts';
import { DERIVED_KEYS, derivedKey } from './derived.ts';
import { resolveConfig } from './resolve.ts';
import { CONFIG_PATHS, type PartialConfig, type RunConfig, valueAt } from './schema.ts';

export const isDerived = (config: RunConfig, path: string): boolean =>
  derivedKey(path)?.of(config) === valueAt(config, path);

/** The dotted paths whose values differ, with the value in `other`. */
export const changedKeys = (one: RunConfig, other: RunConfig): [path: string, value: unknown][] =>
  CONFIG_PATHS.filter((path) => valueAt(one, path) !== valueAt(other, path)).map((path) => [
    path,
    valueAt(other, path),
  ]);

/** `config` with the value of each dotted path, or null where these values contradict the others. */
export function perturbed(config: RunConfig, changes: Readonly<Record<string, unknown>>): RunConfig | null {
  const said = structuredClone(config) as Record<string, Record<string, unknown>>;
  for (const path of Object.keys(DERIVED_KEYS).filter((key) => isDerived(config, key))) {
    const [section = '', key = ''] = path.split('.');
    delete said[section]?.[key];
  }
  for (const [path, value] of Object.entries(changes)) {
    const [section = '', key = ''] = path.split('.');
    said[section] = { ...said[section], [key]: value };
  }
  try {
    return resolveConfig(said as PartialConfig);
  } catch (error) {
    if (error instanceof MemproofError) return null;
    throw error;
  }
}
