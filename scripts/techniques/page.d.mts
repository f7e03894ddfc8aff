import type { LayerFormula } from './formulas.mjs';

/** The records of each sweep, as a store has them, and what formulas say of one layer → the page docs/techniques.md. */
export function page(
  stores: { readonly techniques: string; readonly distillation: string; readonly shards: string },
  formulas: readonly LayerFormula[],
): string;
