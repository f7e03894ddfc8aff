/** Where a search by really running should begin: every step from there to the truth may cost ten seconds. */
import { EXACT_ESTIMATORS } from '../estimators/index.ts';
import type { Axis } from './axis.ts';
import { type Limit, limitOf } from './limit.ts';

/**
 * The limit of a formula that knows every byte: one that knows the allocator if it answers, else the first that does. To ask one that was
 * not asked takes less than a run does.
 */
export async function bestGuess(limits: readonly Limit[], axis: Axis, memoryBytes: number): Promise<Limit | null> {
  const knowAllocator = EXACT_ESTIMATORS.filter(({ predicts }) =>
    predicts.some(({ quantity, ledgers }) => quantity === 'step-peak' && ledgers.includes('allocated')),
  );
  for (const estimator of new Set([...knowAllocator, ...EXACT_ESTIMATORS])) {
    const asked = limits.find((limit) => limit.estimator === estimator.id);
    const limit = asked ?? (await limitOf(estimator, axis, memoryBytes));
    if (limit.exact) return limit;
  }
  return null;
}
