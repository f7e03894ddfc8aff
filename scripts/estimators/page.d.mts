import type { changedKeys } from '../../src/config/perturb.ts';
import type { groundOf } from '../../src/estimators/estimator.ts';
import type { deploymentKeys, isIgnored, keyTable } from '../../src/estimators/keyTable.ts';
import type { Estimator, RunConfig } from '../../src/index.ts';

/** What the page needs of memproof, compiled or not. */
export interface PageTools {
  readonly keyTable: typeof keyTable;
  readonly deploymentKeys: typeof deploymentKeys;
  readonly isIgnored: typeof isIgnored;
  readonly groundOf: typeof groundOf;
  readonly changedKeys: typeof changedKeys;
  /** Every key at its default. */
  readonly plain: RunConfig;
}

/** The text of docs/estimators.md with its generated blocks made anew. */
export function page(text: string, estimators: readonly Estimator[], tools: PageTools): string;
