/** A formula that says of a batch what a function says. */
import type { Estimator, Prediction } from '../../src/estimators/estimator.ts';
import { itemised, unsupported } from '../../src/estimators/estimator.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';

/** Null is silence. */
export const formulaOf = (bytesOf: (batch: number) => number | null, more: Partial<Estimator> = {}): Estimator =>
  exampleEstimator({ predict: ({ batch }) => ({ 'step-peak': predictionOf(bytesOf(batch.size)) }), ...more });

const predictionOf = (bytes: number | null): Prediction =>
  bytes === null ? unsupported('it is silent there') : itemised({ unitemised: bytes });
