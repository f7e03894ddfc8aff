import type { RunConfig } from '../../src/config/schema.ts';
import type { Deployment } from '../../src/estimators/deployment.ts';
import type { Estimator } from '../../src/estimators/estimator.ts';

export interface LayerFormula {
  readonly id: string;
  /** Bytes of activations that a layer more costs each of so many tensor-parallel devices. */
  layer(config: RunConfig, tensorParallel: number): number;
}

/** What formula sets say of one layer that is divided over devices; Korthikanti et al. first. */
export function formulas(
  findEstimator: (id: string) => Estimator | undefined,
  oneDevice: Deployment,
): readonly LayerFormula[];
