/** The larger of two predictions. */
import type { Prediction } from '../estimator.ts';

/** Unsupported if either is; the first of two that are equal. */
export function larger(a: Prediction, b: Prediction): Prediction {
  if (a.kind === 'unsupported') return a;
  return b.kind === 'unsupported' || b.total > a.total ? b : a;
}
