/** memproof as a library: everything that needs no device. Predict, read records, judge, render. */

export { type Audit, type AuditedClaim, auditArticle } from './accuracy/audit/index.ts';
export {
  type AccuracyFile,
  accuracyFileText,
  compareAccuracy,
  isRegression,
  parseAccuracyFile,
  toAccuracyFile,
} from './accuracy/baseline.ts';
export { type ComparisonRow, compareRecords } from './accuracy/compare.ts';
export { type AccuracyRow, scoreAccuracy, scoreboard } from './accuracy/score.ts';
export { configId } from './config/configId.ts';
export { PRESETS } from './config/presets.ts';
export { mergeConfigs, parsePartialConfig, resolveConfig } from './config/resolve.ts';
export type { PartialConfig, RunConfig } from './config/schema.ts';
export { MemproofError } from './errors.ts';
export type { Assumption, Estimator, Prediction } from './estimators/estimator.ts';
export { ESTIMATORS, findEstimator } from './estimators/index.ts';
export { latestRecords } from './records/latest.ts';
export { type MeasurementRecord, measurementRecordSchema } from './records/measurement.ts';
export type { Component, Ledger, Quantity } from './records/quantity.ts';
export { CSV_VERSION } from './report/column.ts';
