/** memproof as a library: everything that needs no device. Predict, read records, judge, render, write a formula of your own (docs/own-formula.md). */

export { type Audit, type AuditedClaim, auditArticle } from './accuracy/audit/index.ts';
export {
  type AccuracyFile,
  accuracyFileText,
  parseAccuracyFile,
  toAccuracyFile,
} from './accuracy/baseline/accuracyFile.ts';
export { type AccuracyComparison, compareAccuracy, isFailing } from './accuracy/baseline/changes.ts';
export { type BaselineRow, baselineRows } from './accuracy/baseline/row.ts';
export { type ComparisonRow, compareRecords } from './accuracy/compare.ts';
export { type ErrorPart, type ErrorSplit, splitErrors } from './accuracy/grounds/splitErrors.ts';
export { type Judgement, judge } from './accuracy/judge.ts';
export { judgeFormulas, judgeLaws, type MetamorphicRow } from './accuracy/metamorphic/judgeLaws.ts';
export { type AccuracyRow, scoreAccuracy, scoreboard } from './accuracy/score.ts';
export { configId } from './config/configId.ts';
export { fromHuggingFace, type HuggingFaceModel } from './config/huggingFace.ts';
export { PRESETS } from './config/presets.ts';
export { mergeConfigs, parsePartialConfig, resolveConfig } from './config/resolve.ts';
export { CONFIG_PATHS, type PartialConfig, type RunConfig, valueAt } from './config/schema.ts';
export { MemproofError } from './errors.ts';
export { keyIs, nearestBuildable, neverBuilt, sizeIs } from './estimators/assumption.ts';
export { type Deployment, deploymentSchema, ONE_DEVICE } from './estimators/deployment.ts';
export { type Estimates, estimateAll } from './estimators/estimates.ts';
export {
  type Assumption,
  comparedIn,
  type Estimator,
  groundOf,
  itemised,
  type Match,
  matchOf,
  type PartName,
  type Prediction,
  together,
  unsupported,
} from './estimators/estimator.ts';
export { exactParameterCount } from './estimators/exact/parameterCount.ts';
export { ESTIMATORS, findEstimator, SIMULATORS } from './estimators/index.ts';
export { type LimitAnswer, limitsOf } from './limit/answer.ts';
export { type Axis, axisOf, LIMIT_KEYS, type LimitKey } from './limit/axis.ts';
export { type ExternalRecord, externalRecordSchema } from './records/external.ts';
export { type ExternalMap, parseExternalMap } from './records/externalMap/map.ts';
export { type ReadTables, readTables } from './records/externalMap/readTables.ts';
export { parseTable, type Table } from './records/externalMap/table.ts';
export type { JudgedRecord } from './records/judged.ts';
export { latestRecords } from './records/latest.ts';
export { type MeasurementRecord, measurementRecordSchema } from './records/measurement.ts';
export {
  COMPONENTS,
  type Component,
  LEDGERS,
  type Ledger,
  MEMORY_LEDGERS,
  QUANTITIES,
  type Quantity,
} from './records/quantity.ts';
export { CSV_VERSION } from './report/column.ts';
export { type ReportDocument, reportDocumentSchema } from './report/documentSchema.ts';
export { jsonReport } from './report/jsonReport.ts';
export { markdownReport } from './report/markdownReport.ts';
export { type Methods, methodsOf, methodsText } from './report/methods.ts';
export { reportId } from './report/reportId.ts';
export { type Bytes, bytes } from './units/bytes.ts';
