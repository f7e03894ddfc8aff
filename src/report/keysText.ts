/** Keys of a configuration with their values, as `--set` takes them. */
import { LAW_KEYS, type LawKeys } from '../accuracy/recovery/grouping.ts';
import { resolveConfig } from '../config/resolve.ts';
import { valueAt } from '../config/schema.ts';

type KeyAndValue = readonly [path: string, value: unknown];

/** `step.precision=autocast-float16;step.checkpointing=block`; empty for none. */
export const keysText = (pairs: readonly KeyAndValue[], separator = ';'): string =>
  pairs.map(([path, value]) => `${path}=${value}`).join(separator);

const SAID_BY_ORIGIN = ['runtime.backend', 'runtime.device'];

/** Where the steps of a law differ from a step with everything at its default, sizes and what the origin says left out. */
export function differingKeys(keys: LawKeys): KeyAndValue[] {
  const plain = resolveConfig({});
  return LAW_KEYS.filter(
    (path) => !SAID_BY_ORIGIN.includes(path) && keys[path] !== null && keys[path] !== valueAt(plain, path),
  ).map((path) => [path, keys[path]]);
}
