/** A formula's intermediate results, computed once for all the quantities that are built on them. */
import type { RunConfig } from '../../config/schema.ts';

/** As `compute`, which is asked once where the same configuration is asked about several times in a row. Configurations never change. */
export function ofLastConfig<Value>(compute: (config: RunConfig) => Value): (config: RunConfig) => Value {
  let last: { readonly config: RunConfig; readonly value: Value } | null = null;
  return (config) => {
    if (last?.config !== config) last = { config, value: compute(config) };
    return last.value;
  };
}
