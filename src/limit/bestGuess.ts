/** Where a search by really running should begin: every step from there to the truth may cost ten seconds. */
import { EXACT_ESTIMATORS } from '../estimators/index.ts';
import type { Axis } from './axis.ts';
import { type Limit, limitOf } from './limit.ts';

/** The limit of a formula that knows every byte: of those that were asked the one that knows the allocator, else the first that answers. */
export async function bestGuess(limits: readonly Limit[], axis: Axis, memoryBytes: number): Promise<Limit | null> {
  const exact = limits.filter((limit) => limit.exact);
  const asked = exact.find(({ ledger }) => ledger === 'allocated') ?? exact[0];
  if (asked !== undefined) return asked;
  for (const estimator of EXACT_ESTIMATORS) {
    const limit = await limitOf(estimator, axis, memoryBytes);
    if (limit.exact) return limit;
  }
  return null;
}
